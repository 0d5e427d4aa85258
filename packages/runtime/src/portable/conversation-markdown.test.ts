import { callId, type Outcome } from '@tabwright/protocol'
import { asEvents } from '@tabwright/testkit'
import { expect, it } from 'vitest'
import type { Fact } from '../core/fact'
import { hashBytes } from '../io/hash-noble'
import { conversationMarkdown } from './conversation-markdown'
import { exportMarkdown } from './portable'
import { inMemory, ports, SESSION, writerOf } from './session-under-test'

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)
const usage = { input: 1, output: 1, cacheRead: 0, cacheWrite: 0 }
const said = (text: string, from: 'user' | 'app' = 'user'): Fact => ({
  type: 'message.user',
  data: { content: [{ type: 'text', text }], from },
})
const calling = (id: string, name: string, input: object): Fact => ({
  type: 'message.assistant',
  data: {
    content: [{ type: 'call', id: callId(id), name, input: JSON.stringify(input) }],
    stopReason: 'tool_use',
    usage,
    model: 'm',
    ms: 1,
  },
})
const ended = (id: string, outcome: Outcome): Fact => ({ type: 'call.ended', data: { call: callId(id), outcome, ms: 1 } })

function page(facts: readonly Fact[], contents: readonly string[] = []): string {
  const bytes = contents.map(utf8)
  return conversationMarkdown({ title: 'A *plan*', events: asEvents(facts), contents: new Map(bytes.map((one) => [hashBytes(one), one])) })
}

it('has what was said, each call as one line, and what the agent changed as a diff', () => {
  const [before, after] = ['one\ntwo\n', 'one\nthree\n']
  const text = page(
    [
      said('Count\nagain'),
      said('not said by anybody', 'app'),
      calling('a', 'shell', { command: 'npm\n  test' }),
      ended('a', { type: 'done', text: 'long output', detail: { exitCode: 0 } }),
      calling('b', 'edit_file', { path: 'n.txt' }),
      ended('b', { type: 'failed', text: '', failure: { code: 'bad_input', message: 'no such text' } }),
      {
        type: 'workspace.changed',
        data: {
          by: 'agent',
          changes: [{ path: 'n.txt', before: hashBytes(utf8(before)), after: hashBytes(utf8(after)), added: 1, removed: 1 }],
        },
      },
      { type: 'message.assistant', data: { content: [{ type: 'text', text: 'Done.' }], stopReason: 'end_turn', usage, model: 'm', ms: 1 } },
    ],
    [before, after],
  )
  expect(text).toBe(`# A \\*plan\\*

## You — 1970-01-01 00:00:00

\`\`\`
Count
again
\`\`\`

- **shell** \`npm test\` — done, exit 0
- **edit\\_file** \`n.txt\` — failed, no such text

\`n.txt\` changed, +1 −1

\`\`\`diff
@@ -1,2 +1,2 @@
 one
-two
+three
\`\`\`

## Agent — 1970-01-01 00:00:00

\`\`\`
Done.
\`\`\`
`)
})

it('lets nothing that was written become markup: fences, code, titles', () => {
  const evil = '```\n![x](https://evil.example/?q)\n```'
  const text = page([
    said(evil),
    calling('a', 'shell', { command: 'echo `![x](https://evil.example)`' }),
    ended('a', { type: 'done', text: '' }),
  ])
  expect(text).toContain(`\`\`\`\`\n${evil}\n\`\`\`\``)
  expect(text).toContain('`` echo `![x](https://evil.example)` ``')
})

it('says of what is not there any more that it is not', () => {
  const gone = hashBytes(utf8('gone'))
  const text = page([
    { type: 'workspace.changed', data: { by: 'agent', changes: [{ path: 'a', before: null, after: gone, added: 1, removed: 0 }] } },
  ])
  expect(text).toContain('`a` new, +1 −0 (no text, or not in this browser any more)')
})

it('[O34] goes out without the secrets that the session’s files hold, and says which', async () => {
  const key = 'q7Xw2Lp9Zr4TnB8vKc3M'
  const place = inMemory()
  await place.make()
  const append = await writerOf(place)
  const bytes = utf8(`API_KEY=${key}\n`)
  const after = { hash: hashBytes(bytes), bytes, mode: 'file' as const, mtime: 1, version: 1 }
  await append([{ type: 'session.opened', data: { title: 'T', project: 'blank' } }])
  await append(
    [
      {
        type: 'workspace.changed',
        data: { by: 'user', changes: [{ path: '.env', before: null, after: after.hash, added: 1, removed: 0 }] },
      },
    ],
    {
      files: [{ path: '.env', before: null, after }],
    },
  )
  await append([said(`use ${key}`)])
  const shared = await exportMarkdown(SESSION, ports(place))
  const text = new TextDecoder().decode(shared.bytes)
  expect(text).toContain('use [secret: API_KEY of .env]')
  expect(text).not.toContain(key)
  expect(shared.removals.length).toBeGreaterThan(0)
})
