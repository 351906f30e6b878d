"""The backup of a hub on a server: its journal and what exchange remembers, in an encrypted file of the usual shape.

The tables are made anew from the journal in the copy and compared, so the copy proves itself. It opens with the hub's
own passphrases, without the server: should that be lost, the hub goes on from its last backup on any computer.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from sqlalchemy import Connection, Engine, delete, select

from ces_desktop.data import cipher, vault
from ces_desktop.data.backup import BackupInfo, Progress, Reason, backup_path, size_of, verify_backup
from ces_desktop.data.database import transaction
from ces_desktop.data.folder import ClinicFolder, check_writable, replace, sync_file, sync_folder, unavailable
from ces_desktop.data.journal.bulk import CHUNK, insert_lists
from ces_desktop.data.journal.fold import rebuild, verify
from ces_desktop.data.local import Setting, read_settings, write_setting
from ces_desktop.data.models import ExchangeAsideRecord, ExchangeRecord, LocalSettingRecord, OpRecord
from ces_desktop.data.reference import load_shipped
from ces_desktop.data.upgrade import upgrade
from ces_desktop.errors import Unavailable

_WHOLE = (OpRecord, ExchangeAsideRecord, ExchangeRecord)
_STEPS = 3


def copy_hub(
    engine: Engine,
    folder: ClinicFolder,
    key: bytes,
    target: Path,
    now: int,
    reason: Reason,
    step: Progress = lambda done, of: None,
) -> BackupInfo:
    """A verified backup as of one moment; `step` is told three times and may raise; fails as `backup.make_backup`."""
    final, second = backup_path(target, folder.prefix, now, reason)
    part = final.with_name(final.name + ".part")
    try:
        if target.parent != folder.path and not target.is_dir():
            raise Unavailable("backup.target_missing")
        check_writable(target)
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir()
        copy = ClinicFolder(part)
        made = cipher.engine(copy.database, key, create=True)
        try:
            with transaction(engine, write=False) as source, transaction(made, write=True) as into:
                _fill(source, into, step)
            with transaction(made, write=False) as connection:
                if not verify(connection).equal:
                    raise Unavailable("backup.unreliable")
        finally:
            made.dispose()
        step(_STEPS, _STEPS)
        vault.copy_slots(folder, copy)
        verify_backup(part, key)
        sync_file(copy.database)
        replace(part, final)
        sync_folder(target)
    except OSError as error:
        raise unavailable(error) from error
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return BackupInfo(final, folder.prefix, second, size_of(final), reason)


def _fill(source: Connection, into: Connection, step: Progress) -> None:
    upgrade(into)
    load_shipped(into)
    into.execute(delete(ExchangeRecord.__table__))  # those of an empty journal; the source's come, and `rebuild` counts
    for model in _WHOLE:
        table = model.__table__
        columns = [column.name for column in table.columns]
        rows = source.execution_options(yield_per=CHUNK).execute(select(table))
        for part in rows.partitions():
            insert_lists(into, table.name, columns, [tuple(row) for row in part])
    step(1, _STEPS)
    names = source.execute(select(LocalSettingRecord.name)).scalars().all()
    for name, value in read_settings(source, names).items():
        if name != Setting.SLOTS:
            write_setting(into, name, value)
    rebuild(into)
    step(2, _STEPS)
