import './node-version.mjs'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { chromium } from '@playwright/test'
import { CHROMIUM_ARGS, findChromium } from './chromium.mjs'
import { ROOT } from './steps.mjs'

// `node scripts/icons.mjs`: the icons of the installed app, drawn from `public/icons/any.svg`.
const FOLDER = join(ROOT, 'public/icons')
const MARK = readFileSync(join(FOLDER, 'any.svg'), 'utf8')
/** Systems cut these to a shape of theirs: the ground goes to the edge, and so does the joint, which is open at its top. */
const WHOLE = { ground: '#0f6661', box: '1 1 22 22' }
const ICONS = [
  { file: '192.png', size: 192, ground: 'transparent', box: '0 0 24 24' },
  { file: '512.png', size: 512, ground: 'transparent', box: '0 0 24 24' },
  { file: 'maskable-512.png', size: 512, ...WHOLE },
  { file: 'apple-180.png', size: 180, ...WHOLE },
]

const executablePath = await findChromium()
const browser = await chromium.launch({ ...(executablePath === undefined ? {} : { executablePath }), args: CHROMIUM_ARGS })
try {
  for (const { file, size, ground, box } of ICONS) {
    const page = await browser.newPage({ viewport: { width: size, height: size } })
    const drawn = MARK.replace('viewBox="0 0 24 24"', `viewBox="${box}" width="${size}" height="${size}"`)
    await page.setContent(`<body style="margin:0;background:${ground};line-height:0">${drawn}</body>`)
    writeFileSync(join(FOLDER, file), await page.screenshot({ omitBackground: true }))
    await page.close()
    console.log(`public/icons/${file}`)
  }
} finally {
  await browser.close()
}
