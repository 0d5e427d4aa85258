import type { Locator, Page } from '@playwright/test'

/** Tabs of the workbench. */
type WorkbenchTab = 'Changes' | 'Files' | 'Preview' | 'Tasks' | 'Trace' | 'Context'
/** What the person may answer a request. */
type Answer = 'Deny' | 'Allow once' | 'Allow for this session' | 'Always allow in this project'

/**
 * The page of a session, in the words of its contract: roles and names may grow, not change, and a journey that goes through here says what a person
 * does and not how it is found.
 */
export interface SessionPage {
  readonly log: Locator
  readonly composer: Locator
  readonly stop: Locator
  readonly card: Locator
  readonly sessions: Locator
  readonly changes: Locator
  readonly queue: Locator
  /** @param tool its name */
  calls(tool: string): Locator
  /** @param words in its sentence */
  alert(words: string | RegExp): Locator
  /** @param state in the words of its dot */
  relay(state: 'connected' | 'connecting' | 'offline' | 'none'): Locator
  answer(answer: Answer): Promise<void>
  open(tab: WorkbenchTab): Promise<void>
  newSession(): Promise<void>
  /** @param item a line of the session's menu */
  menu(item: string): Promise<void>
  /** @param tab of the settings @returns what is in it */
  settings(tab: string): Promise<Locator>
}

/** The session that this page shows. */
export function sessionPage(page: Page): SessionPage {
  const card = page.getByRole('alertdialog', { name: 'Permission required' })
  return {
    log: page.getByRole('log', { name: 'Conversation' }),
    composer: page.getByRole('textbox', { name: 'Message the agent' }),
    stop: page.getByRole('button', { name: 'Stop', exact: true }),
    card,
    sessions: page.getByRole('navigation', { name: 'Sessions' }),
    changes: page.getByRole('region', { name: 'Changes' }),
    queue: page.getByRole('list', { name: 'Queued messages' }),
    calls: (tool) => page.getByRole('group', { name: `Tool call: ${tool}` }),
    alert: (words) => page.getByRole('alert').filter({ hasText: words }),
    relay: (state) => page.getByRole('status', { name: `Relay: ${state}` }),
    answer: async (answer) => {
      await card.waitFor()
      // The card takes no answer in its first half second: a press that waits until it does.
      await card.getByRole('button', { name: answer, exact: true }).click({ timeout: 15_000 })
    },
    open: (tab) => page.getByRole('tab', { name: new RegExp(`^${tab}`) }).click(),
    newSession: () => page.getByRole('button', { name: 'New session' }).first().click(),
    menu: async (item) => {
      await page.getByRole('button', { name: 'Session menu' }).click()
      await page.getByRole('menuitem', { name: new RegExp(`^${item}`) }).click()
    },
    settings: async (tab) => {
      const dialog = page.getByRole('dialog', { name: 'Settings' })
      await page.getByRole('button', { name: 'Settings' }).first().click()
      await dialog.getByRole('tab', { name: tab }).click()
      return dialog.getByRole('tabpanel')
    },
  }
}
