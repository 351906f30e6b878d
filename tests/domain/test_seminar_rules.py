"""Quiz scores, presence, and what earns a certificate."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ces_desktop.domain import seminars
from ces_desktop.domain.seminars import Earned, Score

choices = st.integers(0, 5)
keys = st.dictionaries(st.integers(1, 5), st.integers(1, 5), min_size=1, max_size=5)
answers = st.dictionaries(st.integers(1, 8), choices)


@given(keys, answers)
def test_a_score_counts_right_answers_of_all_questions_asked(correct: dict[int, int], chosen: dict[int, int]) -> None:
    found = seminars.score(correct, chosen)
    if not set(correct) & set(chosen):
        assert found is None
        return
    assert found is not None and found.of == len(correct)
    assert found.right == sum(1 for q in correct if chosen.get(q) == correct[q])
    assert 0 <= found.percent <= 100 and (found.percent == 100) == (found.right == found.of)
    assert abs(found.percent * found.of - 100 * found.right) <= found.of / 2


@given(keys, answers)
def test_a_question_left_empty_is_never_right_and_a_right_answer_never_lowers(
    correct: dict[int, int], chosen: dict[int, int]
) -> None:
    question = next(iter(correct))
    empty = seminars.score(correct, {**chosen, question: seminars.EMPTY})
    right = seminars.score(correct, {**chosen, question: correct[question]})
    assert empty is not None and right is not None and right.right == empty.right + 1


def test_what_was_won_needs_both_quizzes() -> None:
    assert seminars.gain(Score(1, 4), Score(3, 4)) == 50
    assert seminars.gain(None, Score(3, 4)) is None and seminars.gain(Score(1, 4), None) is None


@given(st.lists(st.sampled_from(seminars.PRESENCES), max_size=6), st.integers(0, 6))
def test_presence_is_a_share_of_all_sessions_and_unknown_while_nothing_is_noted(
    marks: list[seminars.Presence], sessions: int
) -> None:
    found = seminars.presence(marks, sessions)
    if sessions == 0 or all(mark == "expected" for mark in marks):
        assert found is None
    else:
        assert found is not None and 0 <= found <= 100
        assert (found == 0) == (marks.count("present") == 0)


def test_what_earns_a_certificate() -> None:
    assert seminars.earned(None, None, None, None) == Earned(False, "sessions")
    assert seminars.earned(79, None, None, None) == Earned(False, "presence")
    assert seminars.earned(80, None, None, None) == Earned(True, "")
    assert seminars.earned(50, None, 50, 60) == Earned(False, "quiz")
    assert seminars.earned(50, Score(2, 4), 50, 60) == Earned(False, "score")
    assert seminars.earned(50, Score(3, 5), 50, 60) == Earned(True, "")


@given(st.lists(st.tuples(st.integers(2, 5), choices), min_size=1, max_size=5))
def test_letters_come_back_as_they_were_typed(given_: list[tuple[int, int]]) -> None:
    options = [most for most, _ in given_]
    chosen = tuple(min(choice, most) for most, choice in given_)
    typed = seminars.as_letters(chosen)
    assert seminars.letters(typed, options) == chosen
    assert seminars.letters(" ".join(typed.upper()), options) == chosen
    digits = "".join(str(c) if c else "." for c in chosen)
    assert seminars.letters(digits, options) == chosen


@given(st.text(max_size=8), st.lists(st.integers(2, 5), min_size=1, max_size=5))
def test_no_text_is_read_as_an_answer_that_is_not_offered(text: str, options: list[int]) -> None:
    found = seminars.letters(text, options)
    assert found is None or all(0 <= c <= most for c, most in zip(found, options, strict=True))


def test_a_letter_that_is_not_offered_or_missing_is_no_answer() -> None:
    assert seminars.letters("abe", [2, 2, 4]) is None
    assert seminars.letters("ab", [2, 2, 4]) is None
    assert seminars.letters("a-d", [2, 2, 4]) == (1, 0, 4)
