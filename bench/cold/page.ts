import { createElement, useState, type ChangeEvent, type ReactNode } from 'react'
import { createRoot } from 'react-dom/client'

/** The least that can be typed into. An empty box is no content, and a page of nothing else would never have had its first paint. */
function Box(): ReactNode {
  const [text, setText] = useState('')
  const onChange = ({ currentTarget }: ChangeEvent<HTMLTextAreaElement>) => setText(currentTarget.value)
  return createElement('textarea', { 'aria-label': 'Message', placeholder: 'Message', autoFocus: true, value: text, onChange })
}

const place = document.getElementById('app')
if (place !== null) createRoot(place).render(createElement(Box))
