"""The ground of a unit, parted into neighbourhoods."""
