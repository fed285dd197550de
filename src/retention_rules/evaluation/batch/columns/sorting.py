"""Sorting by counting: events to their customers, then each customer's few by time."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import prange

from retention_rules.evaluation.batch.kernels.jit import compiled, parallel

CHUNKS = 64
"""In how many pieces work is shared out to threads."""
_PIECES = 2
"""In how many pieces rows are brought to their customers; each takes room for all customers."""
_FEW = 48
"""Up to so many events of a customer are sorted by insertion."""


@parallel
def ranked(numbers: Any, low: int, high: int, chunks: int) -> Any:
    """Whole numbers as ranks among those that there are, and which there are."""
    size = len(numbers)
    there = np.zeros(high - low + 1, np.bool_)
    for chunk in prange(chunks):
        for row in range(size * chunk // chunks, size * (chunk + 1) // chunks):
            there[numbers[row] - low] = True
    values = np.flatnonzero(there) + low
    rank = np.empty(len(there), np.int32)
    for code in range(len(values)):
        rank[values[code] - low] = code
    codes = np.empty(size, np.int32)
    for chunk in prange(chunks):
        for row in range(size * chunk // chunks, size * (chunk + 1) // chunks):
            codes[row] = rank[numbers[row] - low]
    return codes, values


@compiled
def present(customer: Any, kept: Any, customers: int) -> Any:
    """By customer, whether there are events of it that are kept."""
    found = np.zeros(customers, np.bool_)
    for row in range(len(customer)):
        if kept[row]:
            found[customer[row]] = True
    return found


def parted(customer: Any, kept: Any, at: Any, customers: int) -> tuple[Any, Any, Any]:
    """Bring the events that are kept to their customers, in the order of their rows.

    Returns:
        Where those of each customer begin, one longer; their rows; and their instants.
    """
    free = np.zeros((_PIECES, customers), np.int32)
    count(customer, kept, free)
    start = np.zeros(customers + 1, np.int64)
    np.cumsum(free.sum(axis=0), out=start[1:])
    # Each piece of the rows goes on where the piece before it ends.
    free[1:] = free[:-1].cumsum(axis=0)
    free[0] = 0
    free += start[:-1].astype(np.int32)
    row, when = np.empty(start[-1], np.int32), np.empty(start[-1], np.int64)
    scatter(customer, kept, at, free, row, when)
    return start, row, when


@parallel
def count(customer: Any, kept: Any, found: Any) -> None:
    """Count the events that are kept, by piece of the rows and customer."""
    pieces, size = len(found), len(customer)
    for piece in prange(pieces):
        for row in range(size * piece // pieces, size * (piece + 1) // pieces):
            if kept[row]:
                found[piece, customer[row]] += 1


@parallel
def scatter(customer: Any, kept: Any, at: Any, free: Any, row: Any, when: Any) -> None:
    """Put rows and instants where there is room for them, by piece of the rows and customer."""
    pieces, size = len(free), len(customer)
    for piece in prange(pieces):
        for one in range(size * piece // pieces, size * (piece + 1) // pieces):
            if kept[one]:
                place = free[piece, customer[one]]
                free[piece, customer[one]] = place + 1
                row[place] = one
                when[place] = at[one]


@parallel
def sort_each(start: Any, at: Any, row: Any, chunks: int) -> Any:
    """Sort the events of each customer by time, in place; the number of ties of each chunk."""
    customers = len(start) - 1
    ties = np.zeros(chunks, np.int64)
    for chunk in prange(chunks):
        for one in range(customers * chunk // chunks, customers * (chunk + 1) // chunks):
            begin, end = start[one], start[one + 1]
            if end - begin > _FEW:
                order = np.argsort(at[begin:end], kind="mergesort")
                at[begin:end] = at[begin:end][order]
                row[begin:end] = row[begin:end][order]
            else:
                for i in range(begin + 1, end):
                    when = at[i]
                    if at[i - 1] > when:
                        r = row[i]
                        j = i - 1
                        while j >= begin and at[j] > when:
                            at[j + 1] = at[j]
                            row[j + 1] = row[j]
                            j -= 1
                        at[j + 1] = when
                        row[j + 1] = r
            for i in range(begin + 1, end):
                if at[i] == at[i - 1]:
                    ties[chunk] += 1
    return ties


def picked(values: Any, places: Any, nothing: int, chunks: int) -> Any:
    """The values at some places; `nothing` at place -1."""
    found = np.empty(len(places), values.dtype)
    pick(values, places, nothing, found, chunks)
    return found


@parallel
def pick(values: Any, places: Any, nothing: int, found: Any, chunks: int) -> None:
    """Put the values at some places into an array; `nothing` for place -1."""
    size = len(places)
    for chunk in prange(chunks):
        for w in range(size * chunk // chunks, size * (chunk + 1) // chunks):
            found[w] = values[places[w]] if places[w] >= 0 else nothing


@compiled
def tied(start: Any, at: Any) -> Any:
    """The places of events that share an instant of their customer, and a number for each."""
    place = np.empty(len(at), np.int64)
    number = np.empty(len(at), np.int64)
    size = 0
    count = 0
    for one in range(len(start) - 1):
        i = start[one]
        while i < start[one + 1]:
            j = i + 1
            while j < start[one + 1] and at[j] == at[i]:
                j += 1
            if j - i > 1:
                for k in range(i, j):
                    place[size] = k
                    number[size] = count
                    size += 1
                count += 1
            i = j
    return place[:size], number[:size]


@compiled
def narrowed(start: Any, kept: Any, place: Any) -> Any:
    """Put the places of the events that are kept into an array; where each customer's begin."""
    begin = np.empty_like(start)
    size = 0
    for one in range(len(start) - 1):
        begin[one] = size
        for i in range(start[one], start[one + 1]):
            if kept[i]:
                place[size] = i
                size += 1
    begin[-1] = size
    return begin


@parallel
def group_each(start: Any, key: Any, chunks: int) -> Any:
    """Order the events of each customer by key, then time; without those whose key is -1.

    Returns:
        The places of events, group by group; and how many events of each customer there are.
    """
    customers = len(start) - 1
    place = np.empty(len(key), np.int64)
    sizes = np.zeros(customers + 1, np.int64)
    for chunk in prange(chunks):
        for one in range(customers * chunk // chunks, customers * (chunk + 1) // chunks):
            size = 0
            begin = start[one]
            for i in range(begin, start[one + 1]):
                if key[i] >= 0:
                    place[begin + size] = i
                    size += 1
            sizes[one + 1] = size
            if size > _FEW:
                mine = place[begin : begin + size].copy()
                keys = np.empty(size, np.int64)
                for i in range(size):
                    keys[i] = key[mine[i]]
                order = np.argsort(keys, kind="mergesort")
                for i in range(size):
                    place[begin + i] = mine[order[i]]
            else:
                for i in range(begin + 1, begin + size):
                    p = place[i]
                    j = i - 1
                    while j >= begin and key[place[j]] > key[p]:
                        place[j + 1] = place[j]
                        j -= 1
                    place[j + 1] = p
    return place, sizes


@compiled
def gathered(start: Any, place: Any, sizes: Any, key: Any, at: Any, kind: Any) -> Any:
    """The grouped events in one piece: where groups begin, their customers, and the columns."""
    total = 0
    for one in range(1, len(sizes)):
        total += sizes[one]
    where = np.empty(total, np.int64)
    when = np.empty(total, np.int64)
    what = np.empty(total, kind.dtype)
    begins = np.empty(total + 1, np.int64)
    owner = np.empty(total, np.int32)
    groups = 0
    size = 0
    for one in range(len(start) - 1):
        for i in range(sizes[one + 1]):
            p = place[start[one] + i]
            if i == 0 or key[p] != key[where[size - 1]]:
                begins[groups] = size
                owner[groups] = one
                groups += 1
            where[size] = p
            when[size] = at[p]
            what[size] = kind[p]
            size += 1
    begins[groups] = size
    return begins[: groups + 1], owner[:groups], where, when, what
