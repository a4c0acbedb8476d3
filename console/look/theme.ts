/** One accent, the rest is grey: Mantine's controls in the console's own colours. */
import {
  ActionIcon,
  Button,
  Menu,
  Modal,
  NumberInput,
  Popover,
  Select,
  TextInput,
  Textarea,
  Tooltip,
  createTheme,
} from '@mantine/core'

export const theme = createTheme({
  primaryColor: 'accent',
  primaryShade: { light: 7, dark: 6 },
  autoContrast: true,
  luminanceThreshold: 0.35,
  colors: {
    accent: [
      '#eef3ff',
      '#dbe6ff',
      '#b5cbff',
      '#8fb0ff',
      '#7ea5ff',
      '#4f80ee',
      '#3468dc',
      '#2457c5',
      '#1c479f',
      '#16377c',
    ],
    // Ink on deep blue-grey; the last ones are the surfaces.
    dark: [
      '#e6e9ef',
      '#c3c9d4',
      '#a6aebc',
      '#7d8697',
      '#3a4250',
      '#2a313d',
      '#1d232c',
      '#14181f',
      '#0f1217',
      '#0a0d11',
    ],
  },
  fontFamily: "'Inter Variable', Inter, system-ui, sans-serif",
  fontFamilyMonospace: "ui-monospace, 'SF Mono', 'Cascadia Mono', 'DejaVu Sans Mono', Menlo, monospace",
  fontSizes: { xs: '11.5px', sm: '13px', md: '14px', lg: '16px', xl: '19px' },
  headings: {
    fontWeight: '600',
    sizes: { h1: { fontSize: '19px', lineHeight: '26px' }, h2: { fontSize: '14px', lineHeight: '20px' } },
  },
  defaultRadius: 5,
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Button: Button.extend({ defaultProps: { size: 'xs', variant: 'default' } }),
    ActionIcon: ActionIcon.extend({ defaultProps: { variant: 'subtle', color: 'gray', size: 28 } }),
    TextInput: TextInput.extend({ defaultProps: { size: 'xs' } }),
    NumberInput: NumberInput.extend({ defaultProps: { size: 'xs' } }),
    Select: Select.extend({ defaultProps: { size: 'xs', allowDeselect: false } }),
    Textarea: Textarea.extend({ defaultProps: { size: 'xs' } }),
    Modal: Modal.extend({
      defaultProps: {
        centered: true,
        closeButtonProps: { 'aria-label': 'Close' },
        overlayProps: { backgroundOpacity: 0.4 },
        transitionProps: { duration: 120 },
      },
    }),
    Menu: Menu.extend({
      defaultProps: {
        shadow: 'md',
        transitionProps: { duration: 80 },
        // A menu holds nothing but its items.
        withInitialFocusPlaceholder: false,
      },
    }),
    Popover: Popover.extend({ defaultProps: { shadow: 'md', transitionProps: { duration: 80 } } }),
    Tooltip: Tooltip.extend({
      defaultProps: { openDelay: 250, multiline: true, maw: 320, transitionProps: { duration: 80 } },
    }),
  },
})
