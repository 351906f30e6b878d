"""What a consult may ask of a laboratory: measure codes, usual ones first; images and other tests are said in words."""

from __future__ import annotations

TESTS = (
    "hba1c", "glucose_fasting", "creatinine", "cholesterol_total", "cholesterol_ldl", "cholesterol_hdl",
    "triglycerides", "haemoglobin", "urea", "uric_acid", "albumin_creatinine_ratio", "urine_protein", "leukocytes",
    "platelets",
    "potassium", "sodium", "tsh", "glucose_tolerance_2h", "sputum_smear", "molecular_tb", "blood_group",
)  # fmt: skip
