"""Expected faults in one line that says what to do next."""


def explain(fault: Exception) -> str | None:
    """The line for the person at the terminal; None for a defect of ours, which shows its trace."""
    from mongo.faults import StoreFault, StoreUnavailable
    from mongo.programs import NoProgram
    from runtime.embedded.process import EmbeddedServerError
    from runtime.faults import CannotRun, NotConnected, WrongRevision
    from runtime.liability import NoAccounts
    from runtime.settings import SettingsError
    from runtime.workers.rebuild import CannotRebuild
    from services.importing.mapping import BadMapping
    from services.ledger.prove_entry import CannotProve
    from services.ledger.roots_folder import BadRoot
    from services.ledger.sign_root import CannotSign
    from services.ledger.verify_run import Overtaken

    if isinstance(fault, StoreUnavailable):
        return (
            "MongoDB does not answer, or stopped answering in between. See that it runs and that MONGODB_URI is "
            f"right (`regulars doctor` helps), then give the same command again: nothing counts twice. ({fault})"
        )
    if isinstance(fault, OSError) and fault.filename:
        return f"{fault.filename}: {fault.strerror}"
    expected = (
        CannotRun,
        NotConnected,
        WrongRevision,
        EmbeddedServerError,
        SettingsError,
        BadMapping,
        CannotRebuild,
        NoAccounts,
        CannotProve,
        CannotSign,
        BadRoot,
        Overtaken,
    )
    if isinstance(fault, (*expected, NoProgram, StoreFault)):
        return str(fault)
    return None
