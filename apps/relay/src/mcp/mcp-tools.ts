import { createHash } from 'node:crypto'
import { isJsonObject, parseJson, type Json, type JsonObject } from '@tabwright/protocol'
import { withoutKey } from '../redactor'

/** A tool as a server of the Model Context Protocol lists it. */
export interface ListedTool {
  readonly name: string
  readonly description?: string | undefined
  readonly inputSchema: object
  readonly outputSchema?: object | undefined
}

/** A tool as a function of the relay. */
export interface McpFunction {
  /** Such as `mcp::docs::search`. */
  readonly id: string
  /** As the server knows it. */
  readonly tool: string
  readonly description: string
  readonly request: JsonObject
  readonly response: JsonObject | undefined
}

/** More of them, and longer words, are nobody's tools. */
const MOST_TOOLS = 400
const LONGEST_NAME = 256
const LONGEST_DESCRIPTION = 4_000

/**
 * Without what was sent along: a server may put it into what it says of itself. A tool whose very name holds it is left out, since it could
 * not be called by another. The others stand under names that the relay takes; two that would be one get the beginning of a hash
 * behind them, so the order of a list changes nothing.
 */
export function functionsOf(server: string, tools: readonly ListedTool[], secrets: readonly string[]): readonly McpFunction[] {
  const isNamed = (name: string): boolean => name !== '' && name.length <= LONGEST_NAME && redactedText(name, secrets) === name
  const named = tools.filter(({ name }) => isNamed(name)).slice(0, MOST_TOOLS)
  const plain = (name: string): string =>
    name
      .toLowerCase()
      .replaceAll(/[^a-z0-9_-]/g, '_')
      .slice(0, 64)
  const count = new Map<string, number>()
  for (const { name } of named) count.set(plain(name), (count.get(plain(name)) ?? 0) + 1)
  const segment = (name: string): string => {
    const isOnlyOne = count.get(plain(name)) === 1 && !RESERVED.has(plain(name))
    return isOnlyOne ? plain(name) : `${plain(name).slice(0, 55)}_${createHash('sha256').update(name).digest('hex').slice(0, 8)}`
  }
  const unique = new Map(named.map((tool) => [tool.name, tool]))
  return [...unique.values()].map(({ name, description = '', inputSchema, outputSchema }) => ({
    id: `mcp::${server}::${segment(name)}`,
    tool: name,
    description: redactedText(description, secrets).slice(0, LONGEST_DESCRIPTION),
    request: asJson(inputSchema, secrets),
    response: outputSchema === undefined ? undefined : asJson(outputSchema, secrets),
  }))
}

const RESERVED: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])

/** Plain data: what came through a library may be anything. */
function asJson(value: object, secrets: readonly string[]): JsonObject {
  const json = redacted(parseJson(JSON.stringify(value)) ?? null, secrets)
  return isJsonObject(json) ? json : {}
}

/** What a tool answered. */
export interface ToolAnswer {
  readonly content?: unknown
  readonly structuredContent?: unknown
  readonly isError?: boolean | undefined
}

/** As a function answers: a text where it is one, else all of it. */
export function answerOf({ content, structuredContent }: ToolAnswer): Json {
  const blocks: Json | undefined = parseJson(JSON.stringify(content ?? []))
  const texts = Array.isArray(blocks) ? blocks.map((block) => (isJsonObject(block) && block['type'] === 'text' ? block['text'] : null)) : []
  const isText = texts.every((text) => typeof text === 'string')
  if (structuredContent === undefined && isText) return texts.join('\n')
  const structured: Json | undefined = structuredContent === undefined ? undefined : parseJson(JSON.stringify(structuredContent))
  return { ...(blocks !== undefined && { content: blocks }), ...(structured !== undefined && { structuredContent: structured }) }
}

/** {@link redacted} of a text. */
export function redactedText(text: string, secrets: readonly string[]): string {
  const value = redacted(text, secrets)
  return typeof value === 'string' ? value : ''
}

/** Without what this relay sent along, wherever a server has put it. */
export function redacted(value: Json, secrets: readonly string[]): Json {
  // Bytes above ASCII are written as escapes, which the redactor leaves as they are.
  let text = JSON.stringify(value).replaceAll(/[^\u0020-\u007e]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`)
  for (const secret of secrets) text = withoutKey(text, secret)
  return parseJson(text) ?? null
}
