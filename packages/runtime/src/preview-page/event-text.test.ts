import { expect, it } from 'vitest'
import { EventText } from './event-text'

const STREAM =
  '\uFEFFretry: 50\r\n: a comment\ndata: one\rdata:two\n\nid: 7\nevent: tick\ndata\n\nevent: lost\n\ndata: {"a":"ä"}\r\n\r\ndata: cut'

it('reads events however they are cut', () => {
  const whole = new EventText()
  const events = whole.feed(STREAM)
  expect(events).toEqual([
    { type: 'message', data: 'one\ntwo', id: '' },
    { type: 'tick', data: '', id: '7' },
    { type: 'message', data: '{"a":"ä"}', id: '7' },
  ])
  expect([whole.retry, whole.id]).toEqual([50, '7'])
  for (let size = 1; size < 6; size += 1) {
    const pieces = STREAM.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? []
    const text = new EventText()
    expect(pieces.flatMap((piece) => text.feed(piece))).toEqual(events)
  }
})
