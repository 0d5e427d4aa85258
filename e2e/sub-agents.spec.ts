import { answer, plays, task, text, tool } from '@tabwright/testkit'
import { graveFindings } from './axe'
import { card, expect, startSession, test } from './fixtures'

const TODOS = [
  { text: 'Look around', state: 'done' },
  { text: 'Build it', state: 'in_hand' },
]

test('[F54] [O23] [rule 87] a sub-agent asks in its session, by name; a reload loses nothing, and its card opens to what it did', async ({
  page,
  relay,
  model,
}) => {
  model.setScript(
    plays({
      main: [
        answer([tool('todo', { todos: TODOS })]),
        answer([task('build', { title: 'Build it' })]),
        answer([tool('todo', { todos: TODOS.map(({ text: what }) => ({ text: what, state: 'done' })) }), text('All of it was built.')]),
        answer([text('That was all.')]),
      ],
      build: [
        answer([text('I look first.'), tool('shell', { command: 'mkdir out' }, { id: 'b1' })]),
        answer([text('The folder is there now.')]),
      ],
    }),
  )
  await startSession(page, relay.url, 'go')
  await expect(card(page)).toHaveAccessibleDescription(/^Run a command\? From the sub-agent “Build it”\./)
  await page.reload()
  await expect(card(page)).toContainText('From the sub-agent “Build it”.')
  // The list is in the log: the line over the box and the tab have it again.
  const strip = page.getByRole('group', { name: 'Tasks' })
  await strip.getByRole('button', { name: '1 of 2 done Build it' }).click()
  await expect(strip.getByRole('listitem')).toHaveText(['done: Look around', 'in hand: Build it'])
  await page.getByRole('button', { name: 'Session menu' }).click()
  await page.getByRole('menuitem', { name: 'Tasks' }).click()
  const tasks = page.getByRole('tabpanel', { name: 'Tasks' })
  await expect(tasks.getByRole('list', { name: 'List of tasks' }).getByRole('listitem')).toHaveCount(2)
  await expect(tasks.getByRole('list', { name: 'Sub-agents' })).toContainText('Build it')
  expect(await graveFindings(page, 'tasks')).toEqual([])
  const shown = page.getByRole('group', { name: 'Tool call: task' })
  await expect(shown).toContainText('waits for you')
  await card(page).getByRole('button', { name: 'Allow once' }).click()
  await expect(page.getByRole('log')).toContainText('That was all.')
  await expect(strip).toHaveCount(0)
  await expect(tasks).toContainText('2 of 2 done')
  await expect(shown.getByRole('button').first()).toHaveText(/Task:\s*Build it\s*1 tool · [\d.k]+ tokens/)
  await shown.getByRole('button').first().press('Enter')
  const inside = page.getByRole('group', { name: 'Conversation of the sub-agent' })
  await expect(inside.getByRole('article', { name: 'The task' })).toContainText('Do build.')
  await expect(inside).toContainText('I look first.')
  await expect(inside.getByRole('group', { name: 'Tool call: shell' })).toContainText('mkdir out')
  await expect(inside).toContainText('The folder is there now.')
  // The list has the session, and not what works in it.
  await expect(page.getByRole('navigation', { name: 'Sessions' }).getByRole('listitem')).toHaveCount(1)
})
