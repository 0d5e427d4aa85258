import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { chromium, type Page } from '@playwright/test'
import { headersFor } from '@tabwright/protocol/headers'
import { FROM_CONTAINER } from '@tabwright/protocol'
import { CONTAINER_CALL, containerCalls, containerPage, machineContainer, type MachineContainer } from '@tabwright/testkit'
import { rolldown } from 'rolldown'
import { ContainerLink } from '../../packages/runtime/src/hands/webcontainer/container-link'
import { CHROMIUM_ARGS, findChromium } from '../../scripts/chromium.mjs'
import { readMessage, textOfMessage } from './message-text'

/** A page of a browser of this machine in which WebContainers boot. */
export interface ContainerService {
  /** @throws Error where it does not boot */
  open(): Promise<ContainerLink>
  close(): Promise<void>
}

/** @param isDouble StackBlitz is never asked: its host page is our contract double, with the programs of this machine */
export async function openService(isDouble: boolean): Promise<ContainerService> {
  const site = await serve()
  const executablePath = await findChromium()
  const browser = await chromium.launch({ ...(executablePath !== undefined && { executablePath }), args: CHROMIUM_ARGS })
  const page = await browser.newPage()
  const doubles: MachineContainer[] = []
  if (isDouble) await double(page, doubles)
  const ports = new Map<number, MessagePort>()
  await page.exposeFunction('tabwrightContainerHeard', (id: number, text: string) =>
    ports.get(id)?.postMessage(FROM_CONTAINER.parse(readMessage(text))),
  )
  await page.goto(site.url)
  return {
    open: async () => {
      const { port1, port2 } = new MessageChannel()
      // Known before the container says its first word.
      ports.set(ports.size + 1, port1)
      const workdir = await page.evaluate(() => window.servicePage.open())
      let turn = Promise.resolve()
      port1.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
        turn = turn.then(() => page.evaluate((text) => window.servicePage.post(text), textOfMessage(data)))
      })
      port1.start()
      return new ContainerLink(port2, workdir)
    },
    close: async () => {
      await browser.close()
      for (const port of ports.values()) port.close()
      for (const container of doubles) container.teardown()
      await Promise.all(doubles.map(({ gone }) => gone))
      await site.close()
    },
  }
}

async function double(page: Page, doubles: MachineContainer[]): Promise<void> {
  const boot = async (): Promise<MachineContainer> => {
    const container = await machineContainer()
    doubles.push(container)
    return container
  }
  await page.exposeFunction(CONTAINER_CALL, containerCalls(boot))
  await page.context().route('https://stackblitz.com/**', async (route) => {
    const found = await containerPage(route.request().url())
    await (found === undefined ? route.abort() : route.fulfill({ ...found, headers: { ...found.headers } }))
  })
}

/** The page with the headers that the app has once its person agreed. */
async function serve(): Promise<{ readonly url: string; readonly close: () => Promise<void> }> {
  const build = await rolldown({ input: join(import.meta.dirname, 'page.ts'), platform: 'browser' })
  const { output } = await build.generate({ format: 'esm', codeSplitting: false })
  await build.close()
  const files = new Map<string, readonly [type: string, body: string]>([
    ['/', ['text/html', '<!doctype html><title>WebContainers</title><script type="module" src="/page.js"></script>']],
    ['/page.js', ['text/javascript', output[0].code]],
  ])
  const server = createServer((request, response) => {
    const path = request.url ?? '/'
    const [type, body] = files.get(path) ?? ['text/plain', '']
    response.writeHead(files.has(path) ? 200 : 404, { ...headersFor(path, { containers: true }), 'content-type': type }).end(body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}/`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}
