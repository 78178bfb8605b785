// Filled by the first test file.
