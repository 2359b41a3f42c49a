"""Keep root keys in a file, in a PKCS#11 module, in Vault Transit or in AWS KMS."""
