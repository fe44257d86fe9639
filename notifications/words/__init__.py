"""What members read: every sentence, in every language.

`say.say` puts a message into its reader's words, `phrases.phrase` says what stands around messages (the foot of an
e-mail, the page of an unsubscription).

To add a template: name its values in `samples.py`, one of each as an example, then write its title and body in
every file of `catalog/`. A text is Jinja, of which this much is allowed: `{{ value }}`, `{% if %}`, comparisons,
and the filters

- `plural`: `{{ days|plural(one="# day", other="# days") }}`, with the forms that CLDR has for the language (zero,
  one, two, few, many, other; `other` always) and `#` for the number;
- `date` and `time` of a moment or a day.

Numbers, decimals, dates, moments, money and lists are written as the reader's locale writes them, and rewards are
called as the catalog of rewards has them there. Besides its own values every text may use `name` (the member's
given name, empty when it is not known) and `program`; those with `balance` and `owed` may use `standing`, the
sentence of these two that fits.
"""
