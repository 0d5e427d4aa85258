import { callId } from '@tabwright/protocol'
import { expect, it } from 'vitest'
import type { LiveUpdate } from '../core/live'
import { liveEnvelope, parseLive, type LiveMessage } from './parse-live'

const message: LiveMessage = {
  anchor: 4,
  i: 0,
  whole: true,
  deltas: [
    { type: 'delta', index: 0, kind: 'text', text: 'x' },
    { type: 'delta', index: 1, kind: 'input', id: 'c1', name: 'shell', text: '{' },
    { type: 'silent', ms: 5 },
  ],
  output: [{ type: 'output', call: callId('c1'), text: 'out' }],
  terminal: '$ ',
  agentTerminal: 'agent $ ',
}

it('reads what another tab of this build tells', () => {
  expect(parseLive(structuredClone(liveEnvelope(message)))).toEqual(message)
})

it.each([
  null,
  { ...message, anchor: Number.NaN },
  { ...message, i: -1 },
  { ...message, anchor: Infinity },
  { ...message, terminal: { toString: 1 } },
  { ...message, agentTerminal: 1 },
  ...[
    null,
    'x',
    { type: 'delta', index: '__proto__', kind: 'text', text: 'x' },
    { type: 'delta', index: 0, kind: 'other', text: 'x' },
    { type: 'delta', index: 0, kind: 'text', text: { length: 1 } },
    { type: 'delta', index: 0, kind: 'input', id: '', name: 'shell', text: '' },
    { type: 'delta', index: 0, kind: 'input', id: 'a b', name: 'shell', text: '' },
    { type: 'delta', index: 0, kind: 'input', id: 7, name: 'shell', text: '' },
    { type: 'silent', ms: 'long' },
    { type: 'request' },
    { type: 'other' },
  ].map((delta) => ({ ...message, deltas: [delta] })),
  { ...message, output: [{ type: 'output', call: 7, text: 'x' }] },
  { ...message, output: [{ type: 'output', call: 'c1' }] },
  { ...message, output: [{ type: 'output', call: 'a b', text: '' }] },
  { ...message, output: [{ type: 'delta', index: 0, kind: 'text', text: 'x' }] },
])('hears nothing of what is not shaped so: %j', (odd) => {
  expect(parseLive({ type: 'live-1', message: odd })).toBeUndefined()
})

it('keeps nothing of a message but what it names', () => {
  const more: LiveUpdate & { readonly evil: number } = { type: 'silent', ms: 1, evil: 1 }
  expect(parseLive(liveEnvelope({ ...message, deltas: [more] }))?.deltas).toEqual([{ type: 'silent', ms: 1 }])
})
