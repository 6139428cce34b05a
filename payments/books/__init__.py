"""The books: a statement a day, statements of campaigns, funds, funders and the programme, and periods that close."""
