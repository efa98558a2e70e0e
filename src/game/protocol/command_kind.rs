//! The kind of a command as one word, for metrics and logs.

use super::Command;

macro_rules! kinds {
    ($($name:ident = $kind:literal),+ $(,)?) => {
        impl Command {
            /// The kinds of all commands.
            pub const KINDS: &[&str] = &[$($kind),+];

            /// Returns the word that stands for this kind of command in JSON. It tells nothing of what the command says.
            pub fn kind(&self) -> &'static str {
                match self {
                    $(Self::$name { .. } => $kind),+
                }
            }
        }
    };
}

kinds! {
    Open = "open",
    Sit = "sit",
    Begin = "begin",
    Leave = "leave",
    Vacate = "vacate",
    HandOver = "hand-over",
    GoOn = "go-on",
    Close = "close",
    Answer = "answer",
    TakeUp = "take-up",
    Tell = "tell",
    Keep = "keep",
    Invoke = "invoke",
    Choose = "choose",
    TellAside = "tell-aside",
    Challenge = "challenge",
    Nod = "nod",
    Press = "press",
    Urge = "urge",
    Act = "act",
    StayHand = "stay-hand",
    Withdraw = "withdraw",
    Spend = "spend",
    CallOn = "call-on",
    AnswerOffer = "answer-offer",
    Extend = "extend",
    CallTime = "call-time",
    Skip = "skip",
    Judge = "judge",
    PassJudgement = "pass-judgement",
    GiveCard = "give-card",
    AwardKeepsake = "award-keepsake",
    SpendKeepsake = "spend-keepsake",
    TakeBoon = "take-boon",
    AnswerCalling = "answer-calling",
    Look = "look",
    Publish = "publish",
    Lend = "lend",
    Say = "say",
    PassTime = "pass-time",
    Forget = "forget",
    Erase = "erase",
}
