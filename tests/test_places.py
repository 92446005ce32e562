"""Mirrors, shared stores and tokens, as people write them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub import places
from hub.errors import CardError, InvalidInput
from hub.places import ONLY, Rule, rewritten
from hub.settings import read

ORIGINAL = "https://download.example.org/models/a.pth"


def rules(text: str) -> tuple[Rule, ...]:
    return places.mirrors(text, {}, Path())


class TestMirrors:
    def test_a_mirror_comes_before_the_original(self) -> None:
        found = rewritten(ORIGINAL, rules("https://download.example.org/=https://mirror.example/d/"))

        assert found == ["https://mirror.example/d/models/a.pth", ORIGINAL]

    def test_targets_of_one_beginning_keep_their_order(self) -> None:
        text = "https://download.example.org/=https://b.example/ https://download.example.org/=file:///mnt/d/"

        assert rewritten(ORIGINAL, rules(text)) == [
            "https://b.example/models/a.pth",
            "file:///mnt/d/models/a.pth",
            ORIGINAL,
        ]

    def test_the_longest_beginning_is_the_first(self) -> None:
        text = "https://=https://proxy.example/ https://download.example.org/models/=https://near.example/"

        assert rewritten(ORIGINAL, rules(text))[:2] == [
            "https://near.example/a.pth",
            "https://proxy.example/download.example.org/models/a.pth",
        ]

    def test_an_exclamation_mark_leaves_the_original_out(self) -> None:
        text = "https://download.example.org/=https://b.example/ https://download.example.org/=!"

        assert rewritten(ORIGINAL, rules(text)) == ["https://b.example/models/a.pth"]
        assert rewritten(ORIGINAL, rules("https://=!")) == []

    @pytest.mark.parametrize("text", ["https://download.example.org=https://b.example",
                                      "https://download.example.org/=https://b.example",
                                      "https://download.example.org=https://b.example/"])  # fmt: skip
    def test_a_slash_at_the_end_may_be_left_out(self, text: str) -> None:
        assert rewritten(ORIGINAL, rules(text))[0] == "https://b.example/models/a.pth"

    def test_another_host_that_begins_alike_is_another_host(self) -> None:
        url = "https://download.example.org.evil.example/models/a.pth"

        assert rewritten(url, rules("https://download.example.org=https://b.example")) == [url]

    def test_other_schemes_and_signs_of_equality_can_be_rewritten(self) -> None:
        text = "pypi:a==1/=https://wheels.example/ hf://timm/=/mnt/timm"

        assert rewritten("pypi:a==1/a-1.zip#x", rules(text))[0] == "https://wheels.example/a-1.zip#x"
        assert rewritten("hf://timm/net/x.bin", rules(text))[0] == "file:///mnt/timm/net/x.bin"

    def test_a_folder_in_hub_toml_counts_from_there(self, tmp_path: Path) -> None:
        (tmp_path / "hub.toml").write_text('[mirrors]\n"https://a.example/" = ["copies", "!"]\n')

        (rule,) = read({}, tmp_path).mirrors

        assert rule == Rule("https://a.example/", ((tmp_path / "copies").as_uri() + "/", ONLY))

    @pytest.mark.parametrize("word", ["https://a.example/", "=https://b.example/", "a=b", "https://a.example/=b"])
    def test_a_word_that_is_no_rule_is_refused(self, word: str) -> None:
        with pytest.raises(InvalidInput, match="HUB_MIRRORS"):
            rules(word)

    @given(st.text(max_size=40), st.lists(st.builds(Rule, st.text(min_size=1, max_size=9), st.tuples(st.text()))))
    def test_without_a_fitting_rule_nothing_changes_and_nothing_is_asked_twice(
        self, url: str, some: list[Rule]
    ) -> None:
        found = rewritten(url, some)

        assert len(found) == len(set(found))
        assert any(rule.fits(url) for rule in some) or found == [url]


class TestShared:
    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("/mnt/a", ("/mnt/a",)),
            ("/mnt/a:/mnt/b c", ("/mnt/a", "/mnt/b c")),
            ("http://lab:8470", ("http://lab:8470",)),
            ("/mnt/a:http://lab:8470:/mnt/b", ("/mnt/a", "http://lab:8470", "/mnt/b")),
            ("http://lab:https://[::1]:8470/:/mnt/b", ("http://lab", "https://[::1]:8470", "/mnt/b")),
            ("", ()),
        ],
    )
    def test_folders_and_addresses_are_told_apart(self, text: str, found: tuple[str, ...]) -> None:
        assert places.shared(text, [], Path()) == found

    def test_the_variable_replaces_the_list(self, tmp_path: Path) -> None:
        (tmp_path / "hub.toml").write_text('shared = ["store", "http://lab:8470/"]\n')

        assert read({}, tmp_path).shared == (str(tmp_path / "store"), "http://lab:8470")
        assert read({"HUB_SHARED": "/mnt"}, tmp_path).shared == ("/mnt",)


class TestTokens:
    def test_a_token_may_stand_in_another_variable(self, tmp_path: Path) -> None:
        (tmp_path / "hub.toml").write_text(
            '[tokens]\n"A.example" = "env:HUB_TOKEN_LAB"\n"b.example" = "env:HUB_TOKEN_NONE"\n'
        )

        assert read({"HUB_TOKEN_LAB": "secret"}, tmp_path).tokens == {"a.example": "secret"}

    def test_a_project_of_somebody_else_names_no_secret_of_mine(self, tmp_path: Path) -> None:
        (tmp_path / "hub.toml").write_text('[tokens]\n"evil.example" = "env:AWS_SECRET_ACCESS_KEY"\n')

        with pytest.raises(CardError) as caught:
            read({}, tmp_path)

        assert caught.value.faults[0][0] == "tokens.evil.example"
        assert places.tokens("a=env:MINE", {}, {"MINE": "1"}) == {"a": "1"}

    def test_the_variable_wins(self) -> None:
        assert places.tokens("a=1== b:8443=2", {"a": "0"}, {}) == {"a": "1==", "b:8443": "2"}

    def test_neither_an_error_nor_the_settings_show_one(self, tmp_path: Path) -> None:
        with pytest.raises(InvalidInput) as caught:
            places.tokens("secret", {}, {})

        assert "secret" not in str(caught.value)
        assert "secret" not in repr(read({"HUB_TOKENS": "a=secret"}, tmp_path))


def test_every_fault_of_these_tables_is_told(tmp_path: Path) -> None:
    (tmp_path / "hub.toml").write_text(
        'shared = [1]\n[mirrors]\n"nowhere" = "/mnt"\n"https://a/" = [2]\n[tokens]\na = 3\n'
    )

    with pytest.raises(CardError) as caught:
        read({}, tmp_path)

    keys = {key for key, _ in caught.value.faults}
    assert keys == {"shared", "mirrors.nowhere", "mirrors.https://a/", "tokens.a"}
