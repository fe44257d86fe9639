"""All commands."""

import typer

from runtime.cli import (
    demo,
    doctor,
    event,
    import_file,
    liability,
    migrate,
    program,
    rebuild,
    receipt,
    root,
    run,
    schema,
    serve,
    statement,
    token,
    trace,
    verify,
    vouchers,
    webpush_key,
    worker,
)

app = typer.Typer(
    name="regulars",
    help="Regulars, the GraphQL backend for mobile loyalty apps.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("run")(run.run)
app.command("serve")(serve.serve)
app.command("worker")(worker.worker)
app.command("migrate")(migrate.migrate)
app.command("demo")(demo.demo)
app.command("import")(import_file.import_file)
app.command("token")(token.token)
app.command("schema")(schema.schema)
app.command("statement")(statement.statement)
app.command("trace")(trace.trace)
app.command("verify")(verify.verify)
app.command("liability")(liability.liability)
app.command("root")(root.root)
app.command("receipt")(receipt.receipt)
app.command("rebuild")(rebuild.rebuild)
app.command("doctor")(doctor.doctor)
app.command("webpush-key")(webpush_key.webpush_key)
app.add_typer(event.app, name="event")
app.add_typer(program.app, name="program")
app.add_typer(vouchers.app, name="vouchers")
