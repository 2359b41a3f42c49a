"""Open the command line."""

from tidewaiter.doors.cli import main

__all__ = ["main"]

if __name__ == "__main__":
    main()
