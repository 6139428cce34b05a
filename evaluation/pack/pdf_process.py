"""Run by printing.py: HTML on standard input, a tagged PDF on standard output. Reads no file and no address."""

import resource
import sys

MEMORY = 1_000_000_000
SECONDS = 100


def main() -> None:
    """Same page, same bytes: no day, no random name in it."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    from weasyprint import HTML
    from weasyprint.urls import URLFetcher

    # pictures lie in the page itself; whatever has an address is not fetched
    inside = URLFetcher(allowed_protocols=("data",), allow_redirects=False)
    html = sys.stdin.buffer.read().decode()
    HTML(string=html, url_fetcher=inside).write_pdf(
        sys.stdout.buffer, pdf_variant="pdf/ua-1", pdf_identifier=b"crowdfund-kent"
    )


if __name__ == "__main__":
    main()
