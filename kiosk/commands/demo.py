"""`kiosk demo`: the terminal on a made-up library."""

from __future__ import annotations

import shutil

import click

from kiosk.demo import demo_folder, run_demo


@click.command()
@click.option("--fresh", is_flag=True, help="Forget what was done in today's demo.")
def demo(fresh: bool) -> None:
    """Try the terminal on a made-up library; cards and PINs stand on its first page."""
    if fresh:
        shutil.rmtree(demo_folder(), ignore_errors=True)
    run_demo()
