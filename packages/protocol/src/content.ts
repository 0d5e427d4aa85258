import type { CallId } from './ids'
import type { Json } from './json'

/** What a message is made of. What the model sent and we do not know is kept as received (`unknown`). */
export type Content = TextContent | ThinkingContent | ImageContent | DocumentContent | CallContent | UnknownContent

export interface TextContent {
  readonly type: 'text'
  readonly text: string
  /** Of what a person attached: the file's name, or what was pasted. Their own words have none. */
  readonly name?: string
}

export interface ThinkingContent {
  readonly type: 'thinking'
  /** May be empty: the provider can omit the text and send only a signature. */
  readonly text: string
}

export interface ImageContent {
  readonly type: 'image'
  readonly mediaType: string
  readonly blob: string
  readonly name?: string
  /** Points across and down, where they are known. */
  readonly width?: number
  readonly height?: number
}

/** A document that a person attached, to be read page by page. */
export interface DocumentContent {
  readonly type: 'document'
  readonly mediaType: 'application/pdf'
  readonly blob: string
  readonly name: string
  /** As far as they can be counted without reading it; at least 1. */
  readonly pages: number
}

/** The model asks for a tool. This is the only place where a call is recorded as asked for. */
export interface CallContent {
  readonly type: 'call'
  readonly id: CallId
  readonly name: string
  /** The input exactly as the model streamed it: JSON text, possibly broken. Parsed strictly before anything is judged. */
  readonly input: string
  /** The family that the tool belongs to, where the model named one; its result must name it too. */
  readonly toolset?: string
}

export interface UnknownContent {
  readonly type: 'unknown'
  readonly raw: Json
}

/** Tokens of one request as the provider billed them. */
export interface Usage {
  readonly input: number
  readonly output: number
  readonly cacheRead: number
  readonly cacheWrite: number
  /** Part of `cacheWrite` that is kept for an hour and priced so. */
  readonly cacheWriteHour?: number
}

/** Old tool results that the provider left out of what the model saw of a request. */
export interface Cleared {
  readonly toolUses: number
  readonly tokens: number
}

/** One line of the provider's bill: what one model took for one attempt. `estimated`: the answer was cut, output is counted from what streamed. */
export interface Bill {
  readonly model: string
  readonly usage: Usage
  readonly estimated?: true
}
