# ruff: noqa: E501  # a table: one file, one line
"""Differently shaped config.yaml of Hermes: those that can be switched, and those that must be refused and why."""

REAL = b"""\
# ~/.hermes/config.yaml -- kept in git, edited by hand
_config_version: 33

model:
  default: claude-opus-4-8      # flagship
  provider: anthropic
  base_url: ''                  # only for local tests
  context_length: 200000
  max_tokens: 0x2000

providers:
  deepseek:
    api_key: "0123456789"       # digits only, quoted on purpose
    base_url: https://api.deepseek.com/v1
  corp-gateway: &gateway
    base_url: "https://llm.corp.example/v1"
    key_env: CORP_LLM_KEY
    extra_headers: {X-Team: "42", X-On: 'yes'}
  corp-mirror:
    <<: *gateway
    base_url: https://mirror.corp.example/v1

custom_providers:
- name: ollama
  base_url: http://127.0.0.1:11434/v1
  api_key: ${OLLAMA_KEY}
- {name: vllm, base_url: "http://127.0.0.1:8000/v1", api_key: sk-local-0000000000000000000000000000000000000000000000001}

# tried in this order
fallback_providers:
  - provider: openrouter        # pays per call
    model: anthropic/claude-sonnet-4
  # the box under the desk
  - provider: custom
    model: qwen3:32b
    base_url: http://127.0.0.1:11434/v1
    api_key: none-needed
  - {provider: deepseek, model: deepseek-v4-pro}

delegation:
  model: deepseek-v4-flash
  provider: deepseek
  max_iterations: 45
  max_concurrent_children: 3

approvals:
  mode: "off"                   # text, not a truth
  deny:
    - rm -rf /
    - 'git push --force'
terminal:
  backend: local
  timeout: 12:30                # sexagesimal: 750
  umask: 0644
display:
  personality: "\\U0001F98A fox"
  emoji: \xf0\x9f\xa6\x8a
  skin: ~
prompts:
  greeting: |
    Hello.
      provider: this is text, and so is
      model: this
  folded: >-
    one line
    that goes on

auxiliary:
  vision: {provider: gemini, model: gemini-3-flash, base_url: ""}
  compression:
    provider: auto
    model: ''
cron:
  wrap_response: no
  # end of the file, without a line end"""

SWITCHED: dict[str, bytes] = {
    "real": REAL,
    "real_crlf": REAL.replace(b"\n", b"\r\n"),
    "real_bom": b"\xef\xbb\xbf" + REAL,
    "real_bom_crlf": b"\xef\xbb\xbf" + REAL.replace(b"\n", b"\r\n") + b"\r\n",
    "tabs_between": b"model:\t# a\n  default:\tx\t# b\n  provider: custom\t\ndisplay: {skin: a}\t\n",
    "old_mac": b"model:\r  default: x\r  provider: custom\rdisplay: {skin: ares}\r",
    "mixed_line_ends": b"model:\r\n  default: x\n  provider: custom\r\nskin: a\n",
    "no_routing": b"# only looks\ndisplay:\n  skin: ares\n",
    "no_routing_no_final_newline": b"display:\n  skin: ares",
    "no_routing_ends_in_comment": b"display:\n  skin: ares\n  # to be continued",
    "short_model": b"model: anthropic/claude-opus-4  # short\ndisplay: {skin: ares}\n",
    "short_model_last_line": b"display: {skin: ares}\nmodel: 'claude-opus-4'",
    "short_model_number": b"model: 4.1\nx: 1\n",
    "short_model_root_provider": b"provider: custom\nbase_url: https://llm.example.net/v1\nmodel: qwen\n",
    "root_api_base": b"api_base: https://llm.example.net/v1\nmodel: {default: qwen}\n",
    "null_sections": b"model:\ndelegation: # nobody\nfallback_providers: ~\nskin: a\n",
    "empty_texts": b"model: \"\"\nfallback_providers: ''\n",
    "empty_braces": b"model: {}\ndelegation: {}\nfallback_providers: []\n",
    "braces": b"model: {default: x, provider: custom, api_mode: chat_completions}\ndelegation: {model: y, provider: z}\n",
    "braces_on_lines": b"model: {\n    default: x, # why\n    provider: custom,\n  }\nfallback_providers: [\n"
    b"    {provider: a, model: b}, # first\n    {provider: c, model: d},\n  ]\n",
    "all_braces": b"{model: {default: x, provider: custom}, display: {skin: ares}}\n",
    "json": b'{"model": {"default": "x", "provider": "custom"}, "display": {"skin": "ares"}, "n": [1, 2.5, null]}',
    "json_indented": b'{\n  "display": {\n    "skin": "ares"\n  },\n  "model": "x"\n}\n',
    "alias_model": b"model:\n  model: x\n  provider: custom\n",
    "alias_name": b"model:\n  name: x # by its other name\n  provider: custom\n",
    "alias_and_default": b"model:\n  default: ''\n  model: x\n  name: y\n  provider: custom\n",
    "api_base": b"model:\n  default: x\n  provider: custom\n  api_base: https://llm.example.net/v1\n  api_mode: codex_responses\n",
    "stale_endpoint": b"model:\n  default: x\n  provider: custom\n  base_url: https://llm.example.net/v1 # mine\n  api_key: sk-a\n",
    "numbers_in_quotes": b"model:\n  default: '4711'\n  provider: \"0815\"\nport: '0644'\ntime: \"12:30:45\"\n",
    "traps_of_old_yaml": b"model: {default: x, provider: custom}\na: off\nb: 0644\nc: 12:30:45\nd: 2026-11-20\ne: ~\nf: .nan\n",
    "unicode": "model:\n  default: модель-α # ключ\n  provider: custom\nимя: «ёлка» 🦊\n".encode(),
    "wide_blanks": b"model   :\n      default   :   x      # far\n      provider:       custom\n",
    "indented_all": b"  model:\n    default: x\n    provider: custom\n  display:\n    skin: a\n",
    "one_blank": b"model:\n default: x\n provider: custom\ndelegation:\n provider: a\n model: b\n",
    "keys_in_quotes": b"\"model\":\n  'default': x\n  \"provider\": 'custom'\n",
    "document_start": b"---\nmodel:\n  default: x\n  provider: custom\n",
    "document_end": b"%YAML 1.1\n---\n# a\nskin: ares\n...\n# after the end\n",
    "blank_lines": b"\n\nmodel:\n\n  default: x\n\n\n  provider: custom\n\n\n",
    "comments_everywhere": b"#a\nmodel: #b\n  #c\n  default: x #d\n  #e\n  provider: custom #f\n#g\nfallback_providers: #h\n  #i\n"
    b"  - provider: a #j\n    #k\n    model: b #l\n  #m\n#n\n",
    "legacy_mapping": b"model: {default: x, provider: custom}\nfallback_model:\n  provider: openrouter\n  model: a/b\n",
    "legacy_list": b"model: {default: x, provider: custom}\nfallback_model:\n- {provider: openrouter, model: a/b}\n",
    "both_chains": b"fallback_providers:\n- provider: a\n  model: b\nfallback_model: {provider: a, model: b}\nmodel: x\n",
    "zero_indent_list": b"fallback_providers:\n- provider: a\n  model: b\n- provider: gemini\n  model: gemini-3-flash\nmodel: x\n",
    "chain_is_last_without_newline": b"model: x\nfallback_providers:\n  - provider: a\n    model: b",
    "own_entry_with_key": b"model: x\nfallback_providers:\n  - provider: anthropic\n    model: claude-opus-5\n    api_key: sk-own\n",
    "own_entry_with_text": b"model: x\nfallback_providers:\n  - provider: a\n    model: b\n    note: |\n      two\n      lines\n\n"
    b"  - provider: gemini\n    model: gemini-3-flash\nz: 1\n",
    "own_entry_ends_in_text": b"model: x\nfallback_providers:\n- provider: a\n  model: b\n  note: |\n    # text\n# remark\n"
    b"- provider: c\n  model: d\nz: 1\n",
    "odd_entries": b"model: x\nfallback_providers:\n  - openrouter\n  -\n  - {provider: only}\n  - [1, 2]\n  -\n    provider: a\n    model: b\n",
    "custom_providers": b"custom_providers:\n- name: box\n  base_url: http://127.0.0.1:1/v1\n  api_key: k\nmodel:\n  provider: custom:box\n"
    b"  default: qwen\n",
    "anchors_elsewhere": b"x: &a {k: 1}\ny: *a\nz:\n  <<: *a\nmodel: {default: x, provider: custom}\n",
    "anchor_of_nobody": b"model: &m\n  default: x\n  provider: custom\n",
    "alias_in_own_entry": b"box: &box http://127.0.0.1:1/v1\nfallback_providers:\n- provider: custom\n  model: q\n  base_url: *box\nmodel: x\n",
    "own_entry_is_alias": b"box: &box {provider: custom, model: q}\nfallback_providers:\n- *box\nmodel: x\n",
    "delegation_endpoint": b"model: {default: x, provider: custom}\ndelegation:\n  base_url: http://127.0.0.1:1/v1\n  api_key: k\n"
    b"  model: qwen\n  max_iterations: 9\n",
    "duplicate_elsewhere": b"display: {skin: a}\ndisplay: {skin: b}\nmodel: {default: x, provider: custom}\n",
    "tagged_elsewhere": b"a: !!str 1\nb: !!binary aGk=\nmodel: {default: x, provider: custom}\n",
    "long_value": b"model:\n  default: " + b"x" * 180 + b"\n  provider: custom\nkey: " + b"k" * 4000 + b"\n",
    "quoted_over_lines": b"model:\n  default: \"claude-\\\n    opus\"\n  provider: custom\n",
    "model_is_nested_elsewhere": b"auxiliary:\n  model:\n    default: a\n    provider: b\n  delegation: {model: c}\nskin: x\n",
    "already": b"model: {default: deepseek-v4-pro, provider: DeepSeek}\ndelegation: {provider: anthropic, model: claude-haiku-5.5}\n"
    b"fallback_providers:\n- provider: anthropic\n  model: claude-opus-5\n- provider: gemini\n  model: gemini-3-flash\n",
}  # fmt: skip

REFUSED: dict[str, tuple[bytes, int | None, str]] = {
    "empty": (b"", None, "empty"),
    "comments_only": (b"# nothing\n", None, "empty"),
    "null": (b"~\n", None, "says nothing"),
    "list": (b"- a\n- b\n", 1, "no mapping"),
    "text": (b"hello\n", 1, "no mapping"),
    "broken": (b"model:\n  default: [x\n", 3, "cannot read"),
    "tabs": (b"model:\n\tdefault: x\n", 2, "a tab stands here"),
    "tab_in_text": (b"model: x\nnote: |\n  a\t# b\n", None, "two readers"),
    "tab_before_value": (b"model:\n  default: x\ndisplay:\t\n\t- a\n", 4, "a tab stands here"),
    "bad_indent": (b"model:\n  default: x\n provider: y\n", 3, "cannot read"),
    "latin_1": ("model: x\nname: Jörg\n".encode("latin-1"), 2, "UTF-8"),
    "utf_16": ("model: x\n".encode("utf-16"), 1, "UTF-8"),
    "null_byte": (b"model: x\n\0", None, "character"),
    "two_documents": (b"model: x\n---\nmodel: y\n", 2, "second document"),
    "model_twice": (b"model: x\nskin: a\nmodel: y\n", 3, "twice, first in line 1"),
    "default_twice": (b"model:\n  default: x\n  provider: custom\n  default: y\n", 4, "twice"),
    "provider_twice_in_braces": (b"model: {provider: a, default: x, provider: b}\n", 1, "twice"),
    "delegation_twice": (b"model: x\ndelegation: {}\ndelegation: {}\n", 3, "twice"),
    "chain_twice": (b"model: x\nfallback_providers: []\nfallback_providers: []\n", 3, "twice"),
    "root_base_url_twice": (b"model: x\nbase_url: a\nbase_url: b\n", 3, "twice"),
    "leaf_is_alias": (b"x: &m claude\nmodel:\n  default: *m\n  provider: custom\n", 3, "alias"),
    "leaf_has_alias": (b"model:\n  default: &m claude\n  provider: custom\nx: *m\n", 2, "elsewhere"),
    "section_is_alias": (b"x: &m {default: a}\nmodel: *m\n", 2, "alias"),
    "section_has_alias": (b"model: &m\n  default: a\nx: *m\n", 1, "elsewhere"),
    "section_is_merged_elsewhere": (b"delegation: &d\n  model: a\nmodel: x\nx:\n  <<: *d\n", 1, "elsewhere"),
    "leaf_is_merged": (b"x: &m {provider: custom}\nmodel:\n  <<: *m\n  default: a\n", 3, "merges"),
    "root_is_merged": (b"x: &m {model: {default: a}}\n<<: *m\n", 2, "merges"),
    "chain_is_alias": (b"x: &m [{provider: a, model: b}]\nmodel: x\nfallback_providers: *m\n", 3, "alias"),
    "chain_has_alias": (b"fallback_providers: &m [{provider: a, model: b}]\nmodel: x\nx: *m\n", 1, "elsewhere"),
    "key_is_alias": (b"x: &k model\n*k : {default: a}\n", 2, "alias"),
    "leaf_with_anchor": (b"model:\n  default: &m claude\n  provider: custom\n", 2, "anchor"),
    "leaf_with_tag": (b"model:\n  default: !!str 4711\n  provider: custom\n", 2, "tag"),
    "block_text": (b"model:\n  default: |\n    claude\n  provider: custom\n", 2, "block"),
    "folded_text": (b"model:\n  default: x\n  provider: >-\n    custom\n", 3, "block"),
    "short_block_text": (b"model: |\n  claude\n", 1, "block"),
    "model_is_list": (b"model: [a, b]\n", 1, "no mapping"),
    "default_is_list": (b"model:\n  default: [a]\n  provider: custom\n", 2, "single value"),
    "delegation_is_text": (b"model: x\ndelegation: gpt\n", 2, "no mapping"),
    "delegation_is_empty_text": (b"model: x\ndelegation: ''\n", 2, "no mapping"),
    "chain_is_text": (b"model: x\nfallback_providers: gpt\n", 2, "no list"),
    "chain_is_mapping": (b"model: x\nfallback_providers: {provider: a, model: b}\n", 2, "no list"),
    "switched_off": (b"model: x\nproviders:\n  openrouter: {}\n  deepseek:\n    enabled: false\n", 4, "switched off"),
    "switched_off_in_quotes": (b"model: x\nproviders: {anthropic: {enabled: 'no'}}\n", 2, "switched off"),
    "unknown_tag": (b"model: x\na: !secret b\n", 2, "cannot read"),
    "impossible_date": (b"model: x\na: 2026-13-45\n", None, "cannot read"),
    "holds_itself": (b"model: x\na: &a [1, *a]\n", 2, "holds itself"),
    "unknown_alias": (b"model: *m\n", 1, "cannot read"),
    "complex_key": (b"? model\n: {default: x}\n? [a, b]\n: 1\n", 3, "cannot read"),
    "too_deep": (b"model: x\na: " + b"[" * 3000 + b"]" * 3000, None, "too deep"),
    "too_big": (b"model: x\n" + b"# filler\n" * 40_000, None, "KiB"),
    "text_without_end": (b"model: x\nnote: |\n  ends here", 2, "no line end"),
}  # fmt: skip
