"""placeholder"""


async def section(*a):
    return ""
