/** A chart of our own on a canvas: as wide as its place, sharp on any screen, in the colours of the page. */
import { useComputedColorScheme } from '@mantine/core'
import { type RefObject, useEffect, useImperativeHandle, useRef, useState } from 'react'
import type { Scheme } from './scale.ts'

export type Inks = { scheme: Scheme; ink: string; faint: string; line: string; paper: string; font: string }
export type Pen = CanvasRenderingContext2D
export type Picture = { height: number; paint(pen: Pen, inks: Inks): void }

type CanvasProps = {
  /** where whoever exports it finds it */
  canvas: RefObject<HTMLCanvasElement | null>
  /** what it shows, for who does not see it */
  label: string
  /** for a width in pixels; stable while what it shows is the same */
  picture: (width: number) => Picture
  onPoint?: (at: { x: number; y: number } | null, width: number) => void
  onPress?: (at: { x: number; y: number }, width: number) => void
}

export function Canvas({ canvas, label, picture, onPoint, onPress }: CanvasProps) {
  const scheme = useComputedColorScheme('light')
  const [width, setWidth] = useState(0)
  const own = useRef<HTMLCanvasElement>(null)
  useImperativeHandle<HTMLCanvasElement | null, HTMLCanvasElement | null>(canvas, () => own.current)
  useEffect(() => {
    const box = own.current?.parentElement
    if (box == null) return undefined
    const measure = () => setWidth(Math.floor(box.clientWidth))
    measure()
    const watch = new ResizeObserver(measure)
    watch.observe(box)
    return () => watch.disconnect()
  }, [])
  useEffect(() => {
    const element = own.current
    const pen = element?.getContext('2d')
    if (element === null || pen == null || width <= 0) return
    const { height, paint } = picture(width)
    const ratio = window.devicePixelRatio
    element.width = Math.round(width * ratio)
    element.height = Math.round(height * ratio)
    element.style.height = `${height}px`
    pen.setTransform(ratio, 0, 0, ratio, 0, 0)
    const style = getComputedStyle(element)
    const colour = (name: string) => style.getPropertyValue(name).trim()
    paint(pen, {
      scheme,
      ink: colour('--ink-2'),
      faint: colour('--ink-3'),
      line: colour('--line-2'),
      paper: colour('--paper'),
      font: style.fontFamily,
    })
  }, [picture, width, scheme])
  return (
    <canvas
      ref={own}
      role="img"
      aria-label={label}
      style={{ width: '100%', display: 'block' }}
      onPointerMove={(event) =>
        onPoint?.({ x: event.nativeEvent.offsetX, y: event.nativeEvent.offsetY }, width)
      }
      onPointerLeave={() => onPoint?.(null, width)}
      onClick={(event) => onPress?.({ x: event.nativeEvent.offsetX, y: event.nativeEvent.offsetY }, width)}
    />
  )
}
