import { answer, plays, task, text, tool } from '@tabwright/testkit'
import { card, expect, startSession, test } from './fixtures'

test('[F54] [O23] [rule 87] a sub-agent asks in its session, by name; a reload loses nothing, and its card opens to what it did', async ({
  page,
  relay,
  model,
}) => {
  model.setScript(
    plays({
      main: [answer([task('build', { title: 'Build it' })]), answer([text('All of it was built.')])],
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
  const shown = page.getByRole('group', { name: 'Tool call: task' })
  await expect(shown).toContainText('waits for you')
  await card(page).getByRole('button', { name: 'Allow once' }).click()
  await expect(page.getByRole('log')).toContainText('All of it was built.')
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
