"""What the commands tell people."""

import sys

from deploy.local.providers import PROVIDERS, Provider
from deploy.local.stack import RunningStack

WHO = {"real": "the provider itself; calls cost money", "sandbox": "the sandbox: free, offline, made-up answers"}


def say(text: str) -> None:
    """One message to the terminal, at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def providers_table(providers: dict[str, str]) -> str:
    """One line a provider: what it does, its name, and who really answers."""
    return "\n".join(_provider_line(provider, providers[provider.name]) for provider in PROVIDERS)


def _provider_line(provider: Provider, who: str) -> str:
    return f"  {provider.work:<11} {provider.name:<10} {who:<8} {WHO[who]}"


def up_notice(stack: RunningStack, flower_password: str) -> str:
    """Everything that the user of `make up` wants to copy."""
    lines = {
        "API": stack.api_url,
        "Docs": f"{stack.api_url}/docs",
        "Admin key": stack.api_key,
        "Flower": f"{stack.flower_url}  (user parlance, password {flower_password})",
        "Logs": str(stack.log_folder),
        "Metrics": f"\n{' ' * 14}".join(f"{url}  {name}" for name, url in stack.metrics_urls.items()),
    }
    table = "\n".join(f"  {name:<11} {value}" for name, value in lines.items())
    return f"Parlance runs.\n{table}\nCtrl-C or `make down` ends it; its data stays in .parlance until `make clean`."
