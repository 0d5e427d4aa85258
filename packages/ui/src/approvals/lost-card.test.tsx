import { callId, digestOf } from '@tabwright/protocol'
import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import { LostCard } from './lost-card'
import { lostTitle } from './request'

const bytes = '{"command":"curl -X POST https://shop.example/orders -d \u202E1","cwd":"/workspace"}'
const lost = { call: callId('c1'), tool: 'shell', bytes, digest: digestOf('d'.repeat(64)), startedAt: 0 }

const markup = renderToStaticMarkup(
  <LostCard lost={lost} place={{ n: 1, of: 2 }} isOccupied={() => false} onResolve={async () => undefined} />,
)

test('[C10] a lost call is shown with its exact bytes and what is known of it', () => {
  expect(markup).toContain('The app was restarted while this ran. It may or may not have happened.')
  expect(markup).toContain('role="alertdialog"')
  expect(markup).toContain('&quot;cwd&quot;:&quot;/workspace&quot;')
  expect(markup, 'what hides is spelled out').not.toContain('\u202E')
  expect(markup).toContain('1 of 2')
})

test('[C10] a lost call of a sub-agent says whose it was, and nothing in that title hides', () => {
  const own = { ...lost, task: { call: callId('t1'), title: 'Ship \u202Eit' } }
  const told = renderToStaticMarkup(
    <LostCard lost={own} place={{ n: 1, of: 1 }} isOccupied={() => false} onResolve={async () => undefined} />,
  )
  expect(told.replaceAll(/<[^>]+>/g, '')).toContain('From the sub-agent “Ship \\u{202E}it”.')
  expect(markup).not.toContain('sub-agent')
})

test('[C10] of the three choices the first is the one that changes nothing, and none can be pressed at once', () => {
  const buttons = [...markup.matchAll(/<button([^>]*)>(.*?)<\/button>/g)]
  expect(buttons.map((button) => button[2])).toEqual(['Leave it', 'Run it again', 'It was done'])
  for (const button of buttons) expect(button[1]).toContain('disabled')
})

test('a lost call is asked about by what it was', () => {
  expect(lostTitle({ tool: 'shell' })).toBe('Did this command run?')
  expect(lostTitle({ tool: 'orders::refund' })).toBe('Did orders::refund happen?')
})
