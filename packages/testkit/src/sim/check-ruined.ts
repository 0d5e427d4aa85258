import { isDeepStrictEqual } from 'node:util'
import { checkEffects } from './check-effects'
import type { Tab } from './desk'
import type { World } from './world'

/** A session that cannot go on: it says so, nothing of it is cut or begun anew, nothing more happens, and what can be read is shown. */
export async function checkRuined(world: World, tab: Tab): Promise<void> {
  const { schedule, disk, ruined } = world
  await schedule.until(() => schedule.idle())
  schedule.look()
  await schedule.until(() => schedule.idle())
  if (!ruined) return schedule.problem('a session is over and nothing had happened to it')
  world.reached(`over: ${ruined.type}`)
  if (ruined.type === 'cleared') {
    if (disk.store.sessions.has(disk.session)) schedule.problem('[C21] a session whose data was removed began anew')
    const begun = ruined.facts.filter(({ type }) => type === 'call.started').length
    if (world.effects.length > begun) schedule.problem('[C21] something was begun after the data was removed')
    return
  }
  if (!isDeepStrictEqual([...disk.events], [...ruined.facts])) schedule.problem('[C23] a damaged log was written or cut')
  if (world.effects.length > ruined.effects) schedule.problem('[C23] something happened although the log is damaged')
  if (tab.role !== 'readonly') schedule.problem(`[C23] a damaged session is shown as ${tab.role}`)
  const before = ruined.facts.slice(0, (ruined.at ?? 1) - 1)
  const shown = before.filter(({ type }) => type === 'message.user').length
  const page = tab.page()
  const rows = page && 'rows' in page && Array.isArray(page.rows) ? page.rows : []
  const there = rows.filter((row: { readonly type: string }) => row.type === 'user').length
  const rewound = before.some(({ type }) => type === 'history.rewound')
  if (!rewound && there !== shown) schedule.problem(`[C23] ${shown} messages can be read and ${there} are shown`)
  for (const problem of checkEffects(world, ruined.written)) schedule.problem(problem)
}
