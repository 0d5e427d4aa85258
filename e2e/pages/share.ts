import { expect, type Locator, type Page } from '@playwright/test'

/** The dialog in which a session is shared, in the words of its contract. */
export interface ShareDialog {
  readonly dialog: Locator
  /** What is taken out, before there is a link. */
  readonly redactions: Locator
  readonly link: Locator
  open(): Promise<void>
  close(): Promise<void>
  /** @returns the link that was made */
  create(): Promise<string>
  update(): Promise<void>
  revoke(): Promise<void>
}

/** The share dialog of the session that this page shows. */
export function shareDialog(page: Page): ShareDialog {
  const dialog = page.getByRole('dialog', { name: 'Share session' })
  const link = dialog.getByRole('textbox', { name: 'Share link' })
  const update = dialog.getByRole('button', { name: 'Update' })
  return {
    dialog,
    redactions: dialog.getByRole('region', { name: 'Redactions' }),
    link,
    open: () => page.getByRole('button', { name: 'Share', exact: true }).click(),
    close: () => dialog.getByRole('button', { name: 'Close' }).click(),
    create: async () => {
      await dialog.getByRole('button', { name: 'Create link' }).click()
      await expect(link).toHaveValue(/#[\w-]{43}$/)
      return link.inputValue()
    },
    update: async () => {
      await update.click()
      // It is on its way while nothing can be pressed.
      await expect(update).toBeEnabled()
    },
    revoke: async () => {
      await dialog.getByRole('button', { name: 'Revoke' }).click()
      await expect(link).toHaveCount(0)
    },
  }
}
