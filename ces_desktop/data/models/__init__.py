"""The tables, by subject. Importing this package declares them all."""

from ces_desktop.data.models.base import REFERENCE, SYNCED, Base, Synced, table_of, wire_columns
from ces_desktop.data.models.journal import (
    DraftRecord,
    FieldVersionRecord,
    LocalSettingRecord,
    OpRecord,
    OpStatusRecord,
    PendingRecord,
)
from ces_desktop.data.models.patients import (
    ConsentRecord,
    NotSameRecord,
    PatientRecord,
    PatientStatusRecord,
    SameAsRecord,
)
from ces_desktop.data.models.places import (
    ClinicCluesRecord,
    ClinicRecord,
    CommunityRecord,
    DiagnosisRecord,
    FacilityRecord,
    HouseholdRecord,
)
from ces_desktop.data.models.users import AuditEventRecord, UserRecord, UserRoleRecord

__all__ = [
    "REFERENCE",
    "SYNCED",
    "AuditEventRecord",
    "Base",
    "ClinicCluesRecord",
    "ClinicRecord",
    "CommunityRecord",
    "ConsentRecord",
    "DiagnosisRecord",
    "DraftRecord",
    "FacilityRecord",
    "FieldVersionRecord",
    "HouseholdRecord",
    "LocalSettingRecord",
    "NotSameRecord",
    "OpRecord",
    "OpStatusRecord",
    "PatientRecord",
    "PatientStatusRecord",
    "PendingRecord",
    "SameAsRecord",
    "Synced",
    "UserRecord",
    "UserRoleRecord",
    "table_of",
    "wire_columns",
]
