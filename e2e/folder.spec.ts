import type { Locator, Page } from '@playwright/test'
import { expect, test } from './fixtures'

/** What the person's folder has at first. */
const SHOP = { 'README.md': '# Shop\n', 'src/prices.ts': 'export const tax = 0.2\n', 'old.txt': 'old\n', 'node_modules/x/index.js': 'x' }

/** The browser's own dialog cannot be pressed: a real folder of the browser stands in for one of the disk, only the choosing is left out. */
async function withDisk(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const pick = async (): Promise<FileSystemDirectoryHandle> => {
      const root = await navigator.storage.getDirectory()
      return root.getDirectoryHandle('shop', { create: true })
    }
    Object.assign(globalThis, { showDirectoryPicker: pick })
  })
}

/** Another program writes to the folder; `null` removes. */
function onDisk(page: Page, files: Readonly<Record<string, string | null>>): Promise<void> {
  return page.evaluate(async (wanted) => {
    const root = await (await navigator.storage.getDirectory()).getDirectoryHandle('shop', { create: true })
    for (const [path, text] of Object.entries(wanted)) {
      let folder = root
      const parts = path.split('/')
      for (const part of parts.slice(0, -1)) folder = await folder.getDirectoryHandle(part, { create: true })
      const name = parts.at(-1) ?? ''
      if (text === null) await folder.removeEntry(name)
      else {
        const out = await (await folder.getFileHandle(name, { create: true })).createWritable()
        await out.write(text)
        await out.close()
      }
    }
  }, files)
}

/** Everything in the folder, as text. */
function disk(page: Page): Promise<Record<string, string>> {
  return page.evaluate(async () => {
    const found: Record<string, string> = {}
    const walk = async (folder: FileSystemDirectoryHandle, above: string): Promise<void> => {
      for await (const entry of folder.values()) {
        if (entry.kind === 'directory') await walk(entry, `${above}${entry.name}/`)
        else found[above + entry.name] = await (await entry.getFile()).text()
      }
    }
    await walk(await (await navigator.storage.getDirectory()).getDirectoryHandle('shop'), '')
    return found
  })
}

async function openDialog(page: Page): Promise<Locator> {
  await page.getByRole('button', { name: 'Import and export' }).click()
  await page.getByRole('menuitem', { name: 'Write changes to shop…' }).click()
  return page.getByRole('dialog', { name: 'Write changes to shop' })
}

/** Somebody works in the session: a command in the person's own shell. */
async function run(page: Page, command: string): Promise<void> {
  const terminal = page.getByRole('region', { name: 'Terminal' })
  await page.keyboard.press('Control+`')
  await terminal.locator('.xterm').click()
  await expect(terminal).toContainText('/workspace $', { timeout: 20_000 })
  await page.keyboard.type(command)
  await page.keyboard.press('Enter')
}

test('a folder of the disk comes in, is worked on, and is written back when the person says so, conflicts as they say', async ({
  page,
  bareRelay,
}) => {
  await withDisk(page)
  await page.goto(bareRelay.url)
  await onDisk(page, SHOP)
  await expect(page.getByText('Changes to a folder stay here until you write them back to it.')).toBeVisible()
  await page.getByRole('button', { name: 'Open a folder…' }).click()
  await expect(page.getByText('Imported shop: 3 files added. Left out: node_modules/…')).toBeVisible()
  await run(
    page,
    "echo '# Our shop' > README.md; echo 'export const tax = 0.3' > src/prices.ts; rm old.txt; mkdir -p new/deep; echo hi > new/deep/a.txt",
  )
  await expect(page.getByRole('treeitem', { name: 'new' })).toBeVisible()
  await onDisk(page, { 'README.md': '# Their shop\n', 'theirs.txt': 'theirs\n' })

  const dialog = await openDialog(page)
  await expect(dialog.getByRole('list', { name: 'Files to write' }).getByRole('listitem')).toHaveText([
    /new\/deep\/a\.txt.*is added/,
    /old\.txt.*is removed/,
    /src\/prices\.ts.*is replaced/,
  ])
  const conflict = dialog.getByRole('radiogroup', { name: 'README.md' })
  await expect(conflict.getByRole('radio', { name: 'Keep the disk’s' })).toBeChecked()
  await dialog.getByRole('button', { name: 'Differences of README.md' }).press('Enter')
  const sides = dialog.getByRole('figure', { name: 'README.md: the disk’s, and what is here' })
  await expect(sides).toContainText('# Their shop')
  await expect(sides).toContainText('# Our shop')
  const before = { ...SHOP, 'README.md': '# Their shop\n', 'theirs.txt': 'theirs\n' }
  expect(await disk(page)).toEqual(before)
  await dialog.getByRole('button', { name: 'Write 2 files, remove 1' }).click()
  await expect(dialog).toBeHidden()
  const { 'old.txt': _, ...rest } = before
  const after = { ...rest, 'src/prices.ts': 'export const tax = 0.3\n', 'new/deep/a.txt': 'hi\n' }
  expect(await disk(page)).toEqual(after)
  await expect(page.getByText('In the folder shop: 2 files written, 1 file removed.')).toBeVisible()

  // The link outlives the page, and by the keyboard the other answer is given.
  await page.reload()
  await page.getByRole('tab', { name: 'Files' }).click()
  const again = await openDialog(page)
  await again.getByRole('radio', { name: 'Keep the disk’s' }).focus()
  await page.keyboard.press('ArrowDown')
  await expect(again.getByRole('radio', { name: 'Overwrite' })).toBeChecked()
  await again.getByRole('button', { name: 'Write 1 file' }).click()
  await expect(again).toBeHidden()
  expect(await disk(page)).toEqual({ ...after, 'README.md': '# Our shop\n' })
  await expect((await openDialog(page)).getByRole('button', { name: 'Nothing to write' })).toBeDisabled()
})

test('without the browser’s dialog for folders their files are uploaded, and the page says so', async ({ page, bareRelay }) => {
  await page.addInitScript(() => {
    Reflect.deleteProperty(globalThis, 'showDirectoryPicker')
  })
  await page.goto(bareRelay.url)
  await expect(page.getByText('this browser does not let a page write back to one')).toBeVisible()
  const choosing = page.waitForEvent('filechooser')
  await page.getByRole('button', { name: 'Open a folder…' }).click()
  expect(await (await choosing).element().getAttribute('aria-label')).toBe('Folder to start from')
})

test('what .gitignore names stays on the disk until it is asked for', async ({ page, bareRelay }) => {
  await withDisk(page)
  await page.goto(bareRelay.url)
  await onDisk(page, { '.gitignore': 'dist/\n.env\n', 'a.txt': 'a\n', 'dist/a.js': 'built\n', '.env': 'KEY=1\n' })
  await page.getByRole('button', { name: 'Open a folder…' }).click()
  await expect(page.getByText('Imported shop: 2 files added. Left out as .gitignore says: .env and dist/;')).toBeVisible()
  await page.getByRole('tab', { name: 'Files' }).click()
  await page.getByRole('button', { name: 'Import and export' }).press('Enter')
  await page.getByRole('menuitem', { name: 'Import ignored files of shop' }).press('Enter')
  await expect(page.getByText('Imported shop: 2 files added, 2 as they were.')).toBeVisible()
  await expect(page.getByRole('treeitem', { name: 'dist' })).toBeVisible()
})

/** The browser forgets what the person allowed and asks again; what they answer is in `sessionStorage`. A press must be under way when it asks. */
async function withForgetfulBrowser(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const state = (): PermissionState => (sessionStorage.getItem('permission') === 'granted' ? 'granted' : 'prompt')
    Object.assign(FileSystemHandle.prototype, {
      queryPermission: async () => (sessionStorage.getItem('forgets') === null ? 'granted' : state()),
      requestPermission: async ({ mode }: { readonly mode: string }) => {
        if (sessionStorage.getItem('forgets') === null) return 'granted'
        if (!navigator.userActivation.isActive) throw new DOMException('No press is under way', 'SecurityError')
        sessionStorage.setItem('asked', mode)
        sessionStorage.setItem('permission', sessionStorage.getItem('answer') ?? 'denied')
        return sessionStorage.getItem('permission')
      },
    })
  })
}

test('a folder that the browser forgot is asked for again, and written to once the person said yes', async ({ page, bareRelay }) => {
  await withDisk(page)
  await withForgetfulBrowser(page)
  await page.goto(bareRelay.url)
  await onDisk(page, { 'a.txt': 'a\n' })
  await page.getByRole('button', { name: 'Open a folder…' }).click()
  await expect(page.getByText('Imported shop: 1 file added.')).toBeVisible()
  await run(page, 'echo mine > a.txt; echo done-$?')
  await expect(page.getByRole('region', { name: 'Terminal' })).toContainText('done-0')
  await page.evaluate(() => sessionStorage.setItem('forgets', 'yes'))
  await page.reload()
  await page.getByRole('tab', { name: 'Files' }).click()
  const reconnect = async (): Promise<void> => {
    await page.getByRole('button', { name: 'Import and export' }).press('Enter')
    await page.getByRole('menuitem', { name: /^Reconnect shop…/ }).press('Enter')
  }
  await reconnect()
  await expect(page.getByText('The browser was not allowed to write to shop. Nothing was written')).toBeVisible()
  expect(await page.evaluate(() => sessionStorage.getItem('asked'))).toBe('readwrite')
  await page.evaluate(() => sessionStorage.setItem('answer', 'granted'))
  await reconnect()
  const dialog = page.getByRole('dialog', { name: 'Write changes to shop' })
  await dialog.getByRole('button', { name: 'Write 1 file' }).click()
  await expect(dialog).toBeHidden()
  expect(await disk(page)).toEqual({ 'a.txt': 'mine\n' })
  await page.getByRole('button', { name: 'Import and export' }).press('Enter')
  await expect(page.getByRole('menuitem', { name: 'Write changes to shop…' })).toBeVisible()
})

/** Drops the folder; the browser's own events with folders cannot be made, so its two ways to name one are stood in for. */
async function drop(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle('shop')
    const entry = {
      name: 'shop',
      isDirectory: true,
      createReader: () => {
        let left = [{ name: 'a.txt', isDirectory: false, file: (done: (file: File) => void) => done(new File(['a\n'], 'a.txt')) }]
        return {
          readEntries: (done: (entries: readonly object[]) => void) => {
            done(left)
            left = []
          },
        }
      },
    }
    const items = [{ kind: 'file', webkitGetAsEntry: () => entry, getAsFileSystemHandle: async () => folder }]
    const event = new DragEvent('drop', { bubbles: true, cancelable: true })
    Object.defineProperty(event, 'dataTransfer', { value: { types: ['Files'], items } })
    document.querySelector('#main h1, #main textarea')?.dispatchEvent(event)
  })
}

test('a dropped folder is linked or copied, as the person says', async ({ page, bareRelay }) => {
  await withDisk(page)
  await page.goto(bareRelay.url)
  await onDisk(page, { 'a.txt': 'a\n' })
  await drop(page)
  const dialog = page.getByRole('dialog', { name: 'Link or copy shop?' })
  await expect(dialog).toContainText('changes stay here until you write them back')
  await dialog.getByRole('button', { name: 'Link' }).press('Enter')
  await expect(page.getByText('Imported shop: 1 file added.')).toBeVisible()
  await page.getByRole('tab', { name: 'Files' }).click()
  await expect(page.getByRole('treeitem', { name: 'a.txt' })).toBeVisible()
  const writing = await openDialog(page)
  await expect(writing).toContainText('Nothing changed here')
  await page.keyboard.press('Escape')
  await expect(writing).toBeHidden()

  await drop(page)
  await expect(dialog).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(dialog).toBeHidden()
  await drop(page)
  await dialog.getByRole('button', { name: 'Copy' }).click()
  await expect(page.getByRole('treeitem', { name: 'shop' })).toBeVisible()
})
