"""The report of a plan or a nation: pages to print, and the same tables as a workbook."""
