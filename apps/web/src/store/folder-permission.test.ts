import { expect, it, vi } from 'vitest'
import { isAsleep, mayWrite } from './folder-permission'

const answering = (state: PermissionState) => ({
  name: 'shop',
  queryPermission: vi.fn(async () => state),
  requestPermission: vi.fn(async () => state),
})

it('takes a folder that would have to be asked for again as asleep, and asks for nothing to find out', async () => {
  const [prompt, granted] = [answering('prompt'), answering('granted')]
  expect([await isAsleep(prompt), await isAsleep(granted), await isAsleep({ name: 'shop' })]).toEqual([true, false, false])
  expect(prompt.requestPermission).not.toHaveBeenCalled()
})

it('asks for writing, and takes everything but a yes as a no', async () => {
  const [yes, no] = [answering('granted'), answering('denied')]
  expect([await mayWrite(yes), await mayWrite(no), await mayWrite(answering('prompt'))]).toEqual([true, false, false])
  expect(yes.requestPermission).toHaveBeenCalledWith({ mode: 'readwrite' })
})
