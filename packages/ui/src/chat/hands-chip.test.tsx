import { EMBEDDED, type ContainerState, type HandsChoice, type OfferedDirectory } from '@tabwright/protocol'
import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import { aboutOf, automaticAbout, HandsChip } from './hands-chip'

const SHOP: OfferedDirectory = { name: 'shop', mark: 'm1', identity: 'default', isConfined: true }
const remote = (one: OfferedDirectory): HandsChoice => ({ ...one, type: 'remote' })

function labelOf(hands: HandsChoice, offered: readonly OfferedDirectory[]): string | undefined {
  const markup = renderToStaticMarkup(<HandsChip hands={hands} offered={offered} container={{ type: 'off' }} onHands={() => undefined} />)
  return /aria-label="([^"]*)"/.exec(markup)?.[1]
}

test('WebContainers says what it waits for, and is listed only where the page can have it', () => {
  const label = (container: ContainerState | undefined): string | undefined =>
    / aria-label="([^"]*)"/.exec(
      renderToStaticMarkup(<HandsChip hands={{ type: 'webcontainers' }} offered={[]} container={container} onHands={() => undefined} />),
    )?.[1]
  const here = 'Commands run in: WebContainers in this tab'
  expect(label({ type: 'running' })).toBe(here)
  expect(label({ type: 'booting', step: 'Starting Node' })).toBe(`${here}: Starting Node…`)
  expect(label({ type: 'failed', failure: { code: 'unavailable', message: 'No.' } })).toBe(`${here}, not started`)
  expect(label(undefined)).toBe(`${here}, not to be had here`)
})

test.each<readonly [why: string, hands: HandsChoice, offered: readonly OfferedDirectory[], label: string]>([
  ['the sandbox', EMBEDDED, [SHOP], 'Sandbox in this tab'],
  ['a directory that is there', remote(SHOP), [SHOP], 'Directory shop'],
  ['one whose worker is away', remote(SHOP), [], 'Directory shop, not connected'],
  ['another directory of its name', remote(SHOP), [{ ...SHOP, mark: 'm2' }], 'Directory shop, not connected'],
  ['one that is offered without confinement now', remote(SHOP), [{ ...SHOP, isConfined: false }], 'Directory shop, not connected'],
  ['one that nothing confines', remote({ ...SHOP, isConfined: false }), [{ ...SHOP, isConfined: false }], 'Directory shop, not confined'],
])('the chip names where commands run: %s', (_why, hands, offered, label) => {
  expect(labelOf(hands, offered)).toBe(`Commands run in: ${label}`)
})

test.each([true, false])('of a directory that is confined: %s, it says when commands ask', (isConfined) => {
  expect(aboutOf(remote({ ...SHOP, isConfined }))).toMatch(/confined.*\. Each command asks unless a rule of yours allows it$/)
})

test('what is left to the app says where commands run then, and why', () => {
  expect(automaticAbout({ hands: EMBEDDED, why: 'fits' })).toBe('In the sandbox: nothing in this project is known to need more')
  expect(automaticAbout({ hands: { type: 'webcontainers' }, why: 'needed', need: 'next' })).toBe(
    'In WebContainers: this project needs next',
  )
  expect(automaticAbout({ hands: EMBEDDED, why: 'not-agreed', need: 'Node 22' })).toMatch(/Node 22, but you have not agreed/)
  expect(automaticAbout({ hands: EMBEDDED, why: 'not-here', need: 'Node 22' })).toMatch(/Node 22, but .* cannot be had/)
})
