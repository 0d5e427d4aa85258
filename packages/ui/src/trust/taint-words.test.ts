import { expect, it } from 'vitest'
import { taintView } from './taint-words'

const leg = { source: 'x', seq: 1, at: 1 }

it('says nothing of a session in which nothing came together', () => {
  expect(taintView({ isClosed: false })).toBeUndefined()
})

it.each([
  [{ untrusted: leg, isClosed: false }, 'Traces', 'What came together in this session. In this session: words of others.'],
  [
    { untrusted: leg, private: leg, isClosed: false },
    'Requests ask',
    'Every request to the network asks. In this session: words of others, private data.',
  ],
  [
    { untrusted: leg, private: leg, egress: leg, isClosed: true },
    'Network closed',
    'The network is closed. In this session: words of others, private data, sent out.',
  ],
  [
    { untrusted: leg, private: leg, alarm: leg, isClosed: false },
    'Decoy stopped',
    'Something tried to send the decoy token of this session, and was stopped. In this session: words of others, private data, decoy stopped.',
  ],
  [{ isClosed: true }, 'Network closed', 'The network is closed.'],
])('tells in few words, and all of it in a sentence: %j', (taint, short, label) => {
  expect(taintView(taint)).toMatchObject({ short, label })
})
