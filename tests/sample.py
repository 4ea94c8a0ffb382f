"""The three sample sites, as the tests of their crawls name them."""

import pytest

SLUGS = ("demo-nukeviet", "demo-liferay", "demo-sharepoint")
each = pytest.mark.parametrize("slug", SLUGS)


def site_of(demo_days, slug):
    return next(site for site in demo_days.sites if site.slug == slug)
