"""The tables of the briefing and the notebooks, each built from traced figures.

Every function takes a `View` and returns a `Table`; what was not published is a `Missing`, never a blank.
"""

from songyuan_analysis.briefing.tables.energy import (
    electricity,
    energy_changes,
    energy_scenario,
    energy_spans,
)
from songyuan_analysis.briefing.tables.everything import all_figures
from songyuan_analysis.briefing.tables.gdp import (
    INDUSTRIES,
    gdp_areas,
    gdp_areas_so_far,
    gdp_cumulative,
    gdp_history,
    gdp_industries_source,
    gdp_table,
    last_year_with_areas,
)
from songyuan_analysis.briefing.tables.growth import compare_growth
from songyuan_analysis.briefing.tables.investment import investment_history, province_projects
from songyuan_analysis.briefing.tables.lights import lights
from songyuan_analysis.briefing.tables.outlook import outlook
from songyuan_analysis.briefing.tables.progress import progress, progress_rates
from songyuan_analysis.briefing.tables.ranks import city_ranks
from songyuan_analysis.briefing.tables.revenue import revenue_history

__all__ = [
    "INDUSTRIES",
    "all_figures",
    "city_ranks",
    "compare_growth",
    "electricity",
    "energy_changes",
    "energy_scenario",
    "energy_spans",
    "gdp_areas",
    "gdp_areas_so_far",
    "gdp_cumulative",
    "gdp_history",
    "gdp_industries_source",
    "gdp_table",
    "investment_history",
    "last_year_with_areas",
    "lights",
    "outlook",
    "progress",
    "progress_rates",
    "province_projects",
    "revenue_history",
]
