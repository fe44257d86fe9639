"""Finding rewards by what people type on phones, in Latin, Chinese, Japanese and Korean letters."""
