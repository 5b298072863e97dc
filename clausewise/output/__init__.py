"""Results written out: as lines of text for a terminal, as plain data for JSON, and as letters.

Functions called ``…_lines`` give text, those called ``…_data`` what stands in JSON.
"""
