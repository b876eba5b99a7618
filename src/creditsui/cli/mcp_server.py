"""The tools for agents, served over standard input and output by the official SDK of the Model Context Protocol."""

import json
import threading
from collections.abc import Callable
from typing import Any

import anyio
import anyio.to_thread
import mcp_types as types
from mcp.server.lowlevel.server import Server
from mcp.server.stdio import stdio_server

from creditsui import __version__
from creditsui.cli.mcp_tools import INSTRUCTIONS, TOOLS, Tool, fitting
from creditsui.core.session import Session
from creditsui.paths import NAME


def serve(session: Session, reason: Callable[[Exception], str]) -> None:
    """Answer until standard input ends. `reason` turns what a tool raises into a sentence for the agent."""
    anyio.run(_serve, _server(session, reason))


async def _serve(server: Server[Any]) -> None:
    async with stdio_server() as (read, write):
        await server.run(read, write, server.create_initialization_options())


def _server(session: Session, reason: Callable[[Exception], str]) -> Server[Any]:
    tools = {tool.name: tool for tool in TOOLS}
    one_at_a_time = threading.Lock()

    async def listed(_: Any, __: Any) -> types.ListToolsResult:
        return types.ListToolsResult(tools=[_told(tool) for tool in TOOLS])

    async def called(_: Any, params: types.CallToolRequestParams) -> types.CallToolResult:
        tool = tools.get(params.name)
        if tool is None:
            return _failed(f"There is no such tool; there are {', '.join(tools)}.")

        def act(tool: Tool = tool) -> types.CallToolResult:
            with one_at_a_time:  # what a session remembers is for one thread at a time
                try:
                    return _answered(tool.act(session, fitting(tool, params.arguments)))
                except Exception as error:
                    return _failed(reason(error))

        return await anyio.to_thread.run_sync(act)

    return Server(
        NAME, version=__version__, instructions=INSTRUCTIONS, on_list_tools=listed, on_call_tool=called
    )  # fmt: skip


def _told(tool: Tool) -> types.Tool:
    return types.Tool(
        name=tool.name,
        title=tool.title,
        description=tool.says,
        input_schema=dict(tool.takes),
        output_schema=dict(tool.answers),
        annotations=types.ToolAnnotations(
            title=tool.title, read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
        ),
    )


def _answered(answer: dict[str, Any]) -> types.CallToolResult:
    """Once for programs, and the same as text for those that read only that."""
    text = json.dumps(answer, ensure_ascii=False, allow_nan=False)
    return types.CallToolResult(content=[types.TextContent(type="text", text=text)], structured_content=answer)


def _failed(sentence: str) -> types.CallToolResult:
    return types.CallToolResult(content=[types.TextContent(type="text", text=sentence)], is_error=True)
