import { useEffect, useRef, useState } from 'react'
import type { SessionId } from '@tabwright/protocol'
import { t } from '@tabwright/ui/language'
import type { NotifyProps } from '@tabwright/ui/settings'
import { memory } from '@tabwright/ui'
import { useApp, useParts } from '../store/context'
import { mayNotify, NOTIFY_KEY, notifyOf, notifyPermission, OUTSIDE_KEY } from '../store/notify'

/** The choice to be told of sessions that wait; undefined where the browser has no notifications. @param isShown it is on the screen */
export function useNotifyChoice(isShown: boolean): NotifyProps | undefined {
  const [isOn, setOn] = useState(() => memory.getItem(NOTIFY_KEY) === 'on')
  const [permission, setPermission] = useState(notifyPermission)
  const outside = useOutside(isShown)
  if (permission === undefined) return undefined
  const keep = (on: boolean): void => {
    memory.setItem(NOTIFY_KEY, on ? 'on' : 'off')
    setOn(on)
  }
  const onNotify = async (on: boolean): Promise<void> => {
    const answer = on ? await Notification.requestPermission() : permission
    setPermission(answer)
    keep(on && answer === 'granted')
  }
  return { isOn: isOn && permission === 'granted', isDenied: permission === 'denied', onNotify, ...(outside && { outside }) }
}

/** The place of the relay's operator, where one was named. */
function useOutside(isShown: boolean): NotifyProps['outside'] {
  const { outside } = useParts()
  const say = useApp((state) => state.say)
  const isConnected = useApp((state) => state.relay === 'connected')
  const [host, setHost] = useState<string>()
  const [isOn, setOn] = useState(() => memory.getItem(OUTSIDE_KEY) === 'on')
  useEffect(() => {
    if (!isShown || !isConnected) return
    outside?.host().then(setHost, (error: unknown) => say(error instanceof Error ? error.message : t('The relay was not asked.')))
  }, [outside, isShown, isConnected, say])
  if (host === undefined) return undefined
  const onOutside = (on: boolean): void => {
    memory.setItem(OUTSIDE_KEY, on ? 'on' : 'off')
    setOn(on)
  }
  return { host, isOn, onOutside }
}

/** Tells once, when the session that is open begins to wait for the person and they are not looking. */
export function useNotify(session: SessionId | undefined, title: string | undefined, isWaiting: boolean): void {
  const { outside } = useParts()
  const say = useApp((state) => state.say)
  // A title that changes while it waits is no news.
  const name = useRef(title)
  useEffect(() => {
    name.current = title
  }, [title])
  useEffect(() => {
    if (session === undefined || !isWaiting) return
    if (mayNotify(memory.getItem(NOTIFY_KEY), notifyPermission(), document.hidden)) notifyOf(session, name.current ?? 'Tabwright')
    if (!document.hidden || memory.getItem(OUTSIDE_KEY) !== 'on') return
    outside?.tell(session).catch((error: unknown) => say(error instanceof Error ? error.message : t('Nobody outside was told.')))
  }, [session, isWaiting, name, outside, say])
}
