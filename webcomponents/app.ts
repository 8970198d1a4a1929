import './embed.ts';
import './voice-app/voice-app.ts';

// The page speaks the visitor's language.
document.documentElement.lang = navigator.language;
