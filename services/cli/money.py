"""Amounts of money in words. Pure."""

from services.cli.answers import Cost

MICRO = 1_000_000


def cost_line(cost: Cost) -> str:
    """What the job cost or, in the sandbox, would have cost."""
    calls = "1 provider call" if cost.calls == 1 else f"{cost.calls} provider calls"
    total = "an unknown amount (the price of at least one call is unknown)" if cost.micro_usd is None else None
    if not cost.sandbox:
        return f"cost {total or dollars(cost.micro_usd or 0)} for {calls}"
    would = f"would have cost {total or dollars(cost.micro_usd or 0)} for {calls}"
    if cost.charged_micro_usd == 0:
        return f"{would}; the sandbox answered, so nothing was spent"
    spent = "an unknown amount" if cost.charged_micro_usd is None else dollars(cost.charged_micro_usd)
    return f"{would}; the sandbox answered some, so {spent} was spent"


def dollars(micro_usd: int) -> str:
    """An amount to a hundredth of a cent: `$0.0042`."""
    return f"${micro_usd / MICRO:.4f}"
