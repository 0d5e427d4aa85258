import type { Page } from '@playwright/test'
import { expect, idle, startSession, test } from '../fixtures'

/** A tab of another build: holds the database in its version, as that build did. */
async function otherBuild(page: Page, url: string, version: number): Promise<void> {
  await page.goto(`${url}/healthz`)
  await page.evaluate(
    (wanted) =>
      new Promise<void>((resolve, reject) => {
        const request = indexedDB.open('tabwright', wanted)
        request.onupgradeneeded = () => {
          // The stores of the first version, where there is no database yet.
          const stores = { sessions: 'id', blobs: 'hash', previews: 'session', drafts: 'session', settings: 'key' }
          const pairs = { events: 'seq', inbox: 'n', files: 'path', terminal: 'n' }
          if (request.result.objectStoreNames.length > 0) return
          for (const [name, key] of Object.entries(stores)) request.result.createObjectStore(name, { keyPath: key })
          for (const [name, key] of Object.entries(pairs)) request.result.createObjectStore(name, { keyPath: ['session', key] })
          request.result.createObjectStore('wire', { keyPath: ['session', 'epoch', 'i'] })
          request.result.createObjectStore('refs', { keyPath: ['hash', 'session'] }).createIndex('session', 'session')
        }
        request.onsuccess = () => {
          Object.assign(globalThis, { held: request.result })
          resolve()
        }
        request.onerror = () => reject(request.error)
        request.onblocked = () => reject(new Error('blocked'))
      }),
    version,
  )
}

test('[C19] a tab whose build is older lets the database go and says that the app was updated', async ({ page, context, bareRelay }) => {
  await startSession(page, bareRelay.url, 'hello')
  await idle(page)
  const newer = await context.newPage()
  await otherBuild(newer, bareRelay.url, 1000)
  await expect(page.getByText(/updated/i).first()).toBeVisible()
  await expect(page.getByRole('button', { name: /reload/i }).first()).toBeVisible()
})

test('[C19] a tab that waits for an older one says which one blocks it, and opens when that one is gone', async ({
  page,
  context,
  bareRelay,
}) => {
  test.setTimeout(60_000)
  const older = await context.newPage()
  await otherBuild(older, bareRelay.url, 1)
  await page.goto(bareRelay.url)
  await expect(page.getByText(/another tab/i).first()).toBeVisible({ timeout: 15_000 })
  await older.close()
  await page.reload()
  await startSession(page, bareRelay.url, 'hello')
  await idle(page)
})
