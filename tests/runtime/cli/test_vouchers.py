"""`regulars vouchers`, as a process of its own."""

import json
from pathlib import Path

from domain.actors import SYSTEM
from domain.program.rewards import Pool
from mongo.client import Database
from services.context import Context
from services.program.publish_program import publish_program
from tests.support.command_line import regulars
from tests.support.programs import a_program


class TestVouchers:
    async def test_a_pool_is_filled_and_shown(
        self, context: Context, database: Database, mongo_uri: str, redis_url: str, tmp_path: Path
    ) -> None:
        servers = {"MONGODB_URI": mongo_uri, "REDIS_URL": redis_url, "MONGODB_DATABASE": database.name}
        pools = (Pool("cinema", "Cinema", low=3), Pool("zoo", "Zoo", low=0))
        await publish_program(context, SYSTEM, a_program(pools=pools))
        file = tmp_path / "codes.csv"
        file.write_text("code\na1\nb2\nA-1\n")

        filled = regulars("vouchers", "import", str(file), "--pool", "cinema", **servers)
        assert (filled.returncode, filled.stdout) == (
            0,
            "3 codes\n  2 are new in the pool cinema\n  1 were in already, or came twice\n  0 cannot be taken\n"
            "line 4: the same code as in line 2\n",
        )
        file.write_text("code\n" + " - \n" * 21)
        wrong = regulars("vouchers", "import", str(file), "--pool", "cinema", **servers)
        assert wrong.returncode == 1
        assert wrong.stdout.endswith("\nand 1 more: --all shows them.\n")

        shown = regulars("vouchers", "pools", **servers)
        assert (shown.returncode, shown.stdout.splitlines()) == (
            1,
            [
                "pool           left        total    low below",
                "cinema            2            2            3  low",
                "zoo               0            0            0",
            ],
        )
        plain = regulars("vouchers", "pools", "--json", **servers)
        assert json.loads(plain.stdout)[0] == {
            "code": "cinema",
            "name": "Cinema",
            "left": 2,
            "total": 2,
            "low": 3,
            "isLow": True,
        }

        unknown = regulars("vouchers", "import", str(file), "--pool", "zoos", **servers)
        assert (unknown.returncode, unknown.stdout) == (2, "")
        assert unknown.stderr.endswith("regulars: The programme has no pool zoos: it has cinema, zoo.\n")
